"""Labels of rules that were learned from examples say so: they were said to be somebody's rule."""

from django.db import migrations


def say_learned(apps, schema_editor):
    given = apps.get_model("people", "LabelGiven").objects.filter(source="rule")
    rules = apps.get_model("segments", "LabelRule").objects.filter(segment__learning__isnull=False)
    for label, value, key in rules.values_list("label_id", "value", "segment__key"):
        given.filter(label_id=label, value=value, given_by=key).update(source="learned")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_touched"),
        ("segments", "0005_label_rules"),
    ]

    operations = [migrations.RunPython(say_learned, migrations.RunPython.noop)]
