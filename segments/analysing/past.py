"""A segment at the end of earlier days, and its history from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pyroaring import BitMap

from marketing.kernel.errors import Conflict
from segments.analysing.steady import steady
from segments.analysis.history import Change, Day, history
from segments.analysis.stays import Stays
from segments.models import Segment, SegmentDay, SegmentVersion

_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """``days``: oldest first, without a gap. ``stays``: of those who entered within them; both ends
    are known to a day, and who entered and left on one day is in neither.
    """

    days: tuple[Day, ...]
    stays: Stays


def past(segment: Segment, today: date, n_days: int) -> Past | None:
    """The last ``n_days`` local days, today included; None before the first refresh."""
    since = today - (n_days - 1) * _ONE

    def read(newest: Mapping[int, int]) -> tuple[BitMap, list[SegmentDay], SegmentDay | None]:
        members = _members(newest.get(segment.pk))
        rows = SegmentDay.objects.filter(segment=segment)
        days = list(rows.filter(day__gte=since).order_by("-day"))
        return members, days, rows.filter(day__lt=since).defer("entered_blob", "left_blob").first()

    members, rows, before = steady([segment.pk], read)
    if not rows and before is None:
        return None
    first = since if before else min(row.day for row in rows)
    return Past(_days(rows, before, first, today), _stays(rows, members, first, today))


def first_day(segments: Iterable[Segment]) -> date | None:
    """From the end of which local day on all of these are known; None: not of all."""
    found = [
        SegmentDay.objects.filter(segment=each).order_by("day").values_list("day", flat=True)[:1]
        for each in segments
    ]
    days = [day for rows in found for day in rows]
    return max(days) if days and len(days) == len(found) else None


def at_end_of(day: date, segments: Iterable[Segment]) -> dict[str, BitMap]:
    """Segment key → who was inside at the end of that local day; all of one moment.

    Raises Conflict for a day before the first that is known of all.
    """
    wanted = list(segments)
    require_known(day, wanted)
    return steady([each.pk for each in wanted], lambda newest: _at_end_of(day, wanted, newest))


def require_known(day: date, segments: Iterable[Segment]) -> None:
    first = first_day(segments)
    if first is None:
        raise Conflict("These segments were not refreshed yet", code="no_history",
                       fix="Run `python manage.py refresh`.")  # fmt: skip
    if day < first:
        raise Conflict(f"Nothing is known of {day}", code="no_history",
                       fix=f"The first day is {first}.")  # fmt: skip


def _at_end_of(
    day: date, segments: Iterable[Segment], newest: Mapping[int, int]
) -> dict[str, BitMap]:
    inside = {each.pk: _members(newest.get(each.pk)) for each in segments}
    later = SegmentDay.objects.filter(segment__in=segments, day__gt=day).order_by()
    for row in later.defer("entered_blob", "left_blob"):
        inside[row.segment_id] ^= row.moved
    return {each.key: inside[each.pk] for each in segments}


def _members(version: int | None) -> BitMap:
    return SegmentVersion.objects.get(pk=version).members if version else BitMap()


def _days(
    rows: list[SegmentDay], before: SegmentDay | None, first: date, today: date
) -> tuple[Day, ...]:
    by_day = {row.day: row for row in rows}
    size, found, day = before.size if before else 0, [], first
    while day <= max(today, *by_day, first):
        row = by_day.get(day)
        size = row.size if row else size
        found.append(Day(day, size, row.n_entered if row else 0, row.n_left if row else 0))
        day += _ONE
    return tuple(found)


def _stays(rows: list[SegmentDay], members: BitMap, first: date, today: date) -> Stays:
    """``rows`` newest first. Who is inside at the end of the first day: nobody knows since when."""
    ends: list[tuple[date, BitMap]] = []
    for row in rows:
        ends.append((row.day, members))
        members = members ^ row.moved
    if not ends or ends[-1][0] != first:
        ends.append((first, members))
    changes, inside = [], BitMap()
    for day, now_inside in reversed(ends):
        changes.append(Change(_start(day), now_inside - inside, inside - now_inside))
        inside = now_inside
    return history(changes, _start(max(today, ends[0][0])), UTC).stays


def _start(day: date) -> datetime:
    """Whole days apart, whatever the clocks did: a stay counts local days."""
    return datetime.combine(day, time(), UTC)
