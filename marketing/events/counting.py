"""What came, by day of receipt."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from marketing.events.schema import IntakeDay


def add_intake(day: date, **counts: int) -> None:
    """Add to a day's row, made where there is none yet."""
    IntakeDay.objects.get_or_create(day=day)
    IntakeDay.objects.filter(day=day).update(**{name: F(name) + n for name, n in counts.items()})
