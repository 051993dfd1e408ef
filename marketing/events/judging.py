"""Days that are over, held against the weeks before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from marketing.events import surprised
from marketing.events.schema import EventDay, EventType, IntakeDay
from marketing.events.surprises import Came, Day
from marketing.workspace.models import Workspace
from marketing.workspace.queries import pointer
from marketing.workspace.services import move_pointer

POINTER = "catalogue:judged"
# A day is judged so long after its midnight: phones send what they kept.
_GRACE = timedelta(hours=2)
# After a longer pause older days are no news.
_MOST_DAYS = 7
_WEEKS, _CAME_DAYS = 8, 28


def judge(workspace: Workspace, now: datetime) -> int:
    """Days that are over and were not judged yet; how many surprises are new."""
    last = (now - _GRACE).astimezone(workspace.zone).date() - timedelta(days=1)
    judged = pointer(POINTER)
    first = last - timedelta(days=_MOST_DAYS - 1)
    if judged is not None:
        first = max(first, date.fromisoformat(judged.version) + timedelta(days=1))
    if first > last:
        return 0
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    with transaction.atomic():
        found = [each for of in days for each in surprised.on_day(day(of, workspace.zone))]
        move_pointer(POINTER, last.isoformat(), now)
        return surprised.keep(found, now)


def day(of: date, zone: ZoneInfo) -> Day:
    """What came on it and on the days that it is compared with."""
    wanted = [of - timedelta(weeks=week) for week in range(_WEEKS + 1)]
    rows = EventDay.objects.filter(day__in=wanted).values_list("type_id", "day", "events")
    counts = {(type_id, on): n for type_id, on, n in rows}
    events = {
        each.name: _of(each, wanted, counts, zone) for each in EventType.objects.order_by("name")
    }
    came = IntakeDay.objects.filter(day__gte=of - timedelta(days=_CAME_DAYS), day__lte=of)
    newest = list(came.order_by("-day"))
    is_there = bool(newest) and newest[0].day == of
    return Day(of, events, [Came(each.events, each.late) for each in newest] if is_there else [])


def _of(
    type: EventType, days: Sequence[date], counts: dict[tuple[int, date], int], zone: ZoneInfo
) -> list[int | None]:
    """None up to the day of its first event: that one is not whole."""
    first = datetime.fromtimestamp(type.first_at_us / 1e6, UTC).astimezone(zone).date()
    return [counts.get((type.pk, on), 0) if on > first else None for on in days]
