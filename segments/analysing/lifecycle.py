"""How people moved between the lifecycle's stages from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pyroaring import BitMap

from marketing.kernel.errors import Conflict, Invalid
from marketing.personas import queries as personas_queries
from segments.analysing import past
from segments.analysing.people import everybody, followed
from segments.analysis.transitions import Transitions, transitions
from segments.models import Segment, SegmentDay

USUAL_DAYS = (28, 7)


@dataclass(frozen=True)
class Moves:
    """Between the ends of two local days. ``first``: of which day on this can be asked."""

    since: date
    until: date
    first: date
    stages: tuple[Segment, ...]
    found: Transitions


def stages() -> list[Segment]:
    return list(Segment.objects.filter(family=Segment.Family.LIFECYCLE, active=True).order_by("pk"))


def sizes(since: date, until: date) -> tuple[list[date], dict[str, list[int]]]:
    """Local days without a gap, and each stage's size at the end of each; 0 before its first."""
    members = stages()
    keys = {each.pk: each.key for each in members}
    rows = SegmentDay.objects.filter(segment__in=members, day__lte=until).order_by("day")
    days = [since + timedelta(days=i) for i in range((until - since).days + 1)]
    found = {each.key: [0] * len(days) for each in members}
    for pk, day, size in rows.values_list("segment", "day", "size"):
        start = max(0, (day - since).days)  # it holds until the next one is written over it
        found[keys[pk]][start:] = [size] * (len(days) - start)
    return days, found


def usual_since(today: date) -> date | None:
    """28 days ago, or 7, or the first day that is known; None before there are two days."""
    first = past.first_day(stages())
    if first is None or first >= today:
        return None
    known = [today - timedelta(days=n) for n in USUAL_DAYS]
    return next((day for day in known if day >= first), first)


def moves(since: date | None, until: date | None, today: date) -> Moves:
    """``since`` None: the usual one; ``until`` None: today. Raises Invalid, Conflict with the first
    day that is known (``no_history``), Invalid where stages share people (``not_exclusive``).
    """
    until = until or today
    since = since or usual_since(until)
    members = stages()
    if since is None or not members:
        past.require_known(until - timedelta(days=1), members)
        raise Conflict("There are no lifecycle stages", code="no_history",
                       fix="Give segments the family 'lifecycle'.")  # fmt: skip
    if not since < until <= today:
        raise Invalid(f"From {since} to {until} is no way forward to today", code="bad_days",
                      pointer="?from", fix="Choose an earlier first day.")  # fmt: skip
    first = past.first_day(members)
    then, now = past.at_end_of(since, members), past.at_end_of(until, members)
    known = everybody(personas_queries.current())
    return Moves(since, until, first or since, tuple(members), _between(then, now, known))


def _between(then: dict[str, BitMap], now: dict[str, BitMap], known: BitMap) -> Transitions:
    return transitions(followed(then, known), followed(now, known))
