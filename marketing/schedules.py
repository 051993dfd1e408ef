"""The schedules that every deployment starts with; operators may change them in the studio."""

from __future__ import annotations

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from marketing.workspace.queries import workspace

# (name, task, minutes) for intervals; (name, task, hour) for nightly ones.
EVERY_MINUTES = [
    ("Archive events", "marketing.archive", 1),
    ("Launch due campaigns", "marketing.launch_due", 1),
    ("Refresh personas and segments", "marketing.refresh", 15),
    ("Apply scores", "marketing.apply_scores", 60),
    ("Measure experiments", "marketing.measure", 60),
]
NIGHTLY = [
    ("Rebuild personas", "marketing.rebuild", 2),
    ("Retrain models", "marketing.retrain", 3),
]


def install() -> None:
    """Create the missing ones; changed or disabled ones stay as they are."""
    for name, task, minutes in EVERY_MINUTES:
        interval, _ = IntervalSchedule.objects.get_or_create(
            every=minutes, period=IntervalSchedule.MINUTES
        )
        PeriodicTask.objects.get_or_create(name=name, defaults={"task": task, "interval": interval})
    for name, task, hour in NIGHTLY:
        crontab, _ = CrontabSchedule.objects.get_or_create(
            minute="0", hour=str(hour), timezone=workspace().zone
        )
        PeriodicTask.objects.get_or_create(name=name, defaults={"task": task, "crontab": crontab})
