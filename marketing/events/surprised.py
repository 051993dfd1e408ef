"""Asking the kinds of surprises, and keeping what they find."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from marketing.events.schema import Surprise
from marketing.events.surprises import SURPRISES, Chunk, Day, Found

# Beyond so many that nobody has accepted, nobody reads more: new ones are not kept.
MOST_OPEN = 1_000


def in_chunk(chunk: Chunk) -> list[tuple[str, Found]]:
    """(kind, what it found)."""
    return [(kind, found) for kind in SURPRISES for found in SURPRISES.get(kind).in_chunk(chunk)]


def on_day(day: Day) -> list[tuple[str, Found]]:
    """(kind, what it found)."""
    return [(kind, found) for kind in SURPRISES for found in SURPRISES.get(kind).on_day(day)]


def keep(found: Iterable[tuple[str, Found]], now: datetime) -> int:
    """New ones are open; known ones count on, in whatever state; how many are new."""
    found = list(found)
    if not found:
        return 0
    known = {(s.kind, s.event, s.property, s.mark): s.pk for s in Surprise.objects.all()}
    new: dict[tuple[str, ...], Surprise] = {}
    for kind, each in found:
        key = (kind, each.event, each.property, each.mark)
        if key in known:
            Surprise.objects.filter(pk=known[key]).update(
                times=F("times") + each.times, last_seen_at=now, what=dict(each.what)
            )
        elif key not in new:
            new[key] = Surprise(
                kind=kind, event=each.event, property=each.property, mark=each.mark,
                what=dict(each.what), first_seen_at=now, last_seen_at=now, times=each.times,
            )  # fmt: skip
    room = max(MOST_OPEN - still_open().count(), 0)
    return len(Surprise.objects.bulk_create(list(new.values())[:room], 500))


def still_open() -> QuerySet[Surprise]:
    return Surprise.objects.filter(state=Surprise.State.OPEN)


def accept(rows: QuerySet[Surprise], by: str, now: datetime) -> int:
    """They stay quiet from now on; how many were open."""
    open_ones = rows.filter(state=Surprise.State.OPEN)
    return open_ones.update(state=Surprise.State.ACCEPTED, accepted_by=by, accepted_at=now)
