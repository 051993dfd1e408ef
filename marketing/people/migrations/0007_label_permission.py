from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_touched'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='person',
            options={'permissions': [('label_person', 'Can give and take labels')], 'verbose_name': 'person', 'verbose_name_plural': 'people'},
        ),
    ]
