"""The moments of subscriptions as indexed columns, filled for the rows that there are."""

from datetime import UTC, datetime

from django.db import migrations, models

MOMENTS = ("started_at", "trial_ends_at", "renews_at", "ends_at")


def fill(apps, schema_editor):
    subscription = apps.get_model("people", "Subscription")
    rows = []
    for row in subscription.objects.order_by("pk").iterator(chunk_size=500):
        for name, value in held(row.terms, row.facts).items():
            setattr(row, name, value)
        rows.append(row)
        if len(rows) == 500:
            subscription.objects.bulk_update(rows, MOMENTS)
            rows = []
    subscription.objects.bulk_update(rows, MOMENTS)


def held(terms, facts):
    """As people.subscriptions.moments did when this was written."""
    said = {name: moment(terms.get(name)) for name in MOMENTS}
    nothing = dict.fromkeys(MOMENTS)
    if terms.get("refunded_at"):
        return nothing
    if terms.get("cancelled_at"):
        return nothing | {"ends_at": said["ends_at"]}
    start, end = said["started_at"], said["trial_ends_at"]
    renewals = [at_us for _id, at_us, name, _said in facts if name == "Subscription Renewed"]
    if start and end:
        at = [datetime.fromtimestamp(at_us / 1e6, UTC) for at_us in renewals]
        if any(start <= each < end for each in at):
            said["trial_ends_at"] = None
    return said


def moment(text):
    return datetime.fromisoformat(text) if text else None


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_erasure_asked"),
    ]

    operations = [
        *[
            migrations.AddField(
                model_name="subscription",
                name=name,
                field=models.DateTimeField(db_index=True, null=True, verbose_name=said),
            )
            for name, said in zip(
                MOMENTS, ("started", "trial ends", "renews", "ends"), strict=True
            )
        ],
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
