"""Dates as people write them in attributes: ``1990-05-17``, alone or before a time."""

from __future__ import annotations

from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()


def day_of(text: str) -> int | None:
    """Days since 1970-01-01 of the date as it is written; None where the text has none."""
    found = date_of(text)
    return None if found is None else found.toordinal() - _EPOCH


def date_of(text: str) -> date | None:
    """The first ten characters as a date, whatever time and zone follow."""
    if len(text) > 10 and text[10] not in "T ":
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def on_day(day: int) -> date:
    """The date that is ``day`` days after 1970-01-01."""
    return date.fromordinal(day + _EPOCH)
