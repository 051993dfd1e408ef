"""Erasures become rows that a worker takes up; those that there are were done, or broke off."""

from django.db import migrations, models


def settle(apps, schema_editor):
    erasures = apps.get_model("people", "Erasure").objects
    erasures.exclude(done_at=None).update(state="done", progress=1.0)
    erasures.filter(done_at=None).update(state="failed")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_erasure"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='erasure',
            options={'ordering': ['-id'], 'permissions': [('erase_person', 'Can have a person erased')], 'verbose_name': 'erasure', 'verbose_name_plural': 'erasures'},
        ),
        migrations.AddField(
            model_name='erasure',
            name='name_hash',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='erasure',
            name='problem',
            field=models.JSONField(editable=False, null=True, verbose_name='problem'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='progress',
            field=models.FloatField(default=0.0, editable=False, verbose_name='progress'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('refused', 'cannot be done'), ('failed', 'failed')], default='waiting', editable=False, max_length=8, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='took_ms',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='took, ms'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='erasure',
            name='asked_at',
            field=models.DateTimeField(editable=False, verbose_name='asked'),
        ),
        migrations.AlterField(
            model_name='erasure',
            name='asked_by',
            field=models.CharField(blank=True, editable=False, max_length=150, verbose_name='asked by'),
        ),
        migrations.AlterField(
            model_name='erasure',
            name='counts',
            field=models.JSONField(default=dict, editable=False, verbose_name='what went'),
        ),
        migrations.AlterField(
            model_name='erasure',
            name='done_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='done'),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('person',), name='erasure_waits_once'),
        ),
    ]
