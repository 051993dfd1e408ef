"""Earlier days beside plain sets; a reader between two publications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.kernel.errors import Conflict, Unavailable
from segments.analysing.past import Past, at_end_of, past
from segments.analysing.steady import steady
from segments.models import Segment, SegmentDay, SegmentVersion
from segments.services import refresh
from tests.segments.crowd import crowd, more_than, segment

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

pytestmark = pytest.mark.django_db
START = datetime(2024, 6, 1, 1, tzinfo=UTC)
PEOPLE = 6
# Who is inside after each refresh, and how many hours later the next one is.
WALKS = st.lists(
    st.tuples(st.sets(st.integers(1, PEOPLE)), st.integers(1, 40)), min_size=1, max_size=9
)


def publish(inside: set[int], at: datetime) -> None:
    orders = [int(i in inside) for i in range(1, PEOPLE + 1)]
    refresh(replace(crowd({"orders": orders}), as_of=at), at)


def walk(steps: list[tuple[set[int], int]]) -> tuple[Segment, dict[date, set[int]], datetime]:
    """Publishes them; returns who was inside at the end of each day on which somebody was asked."""
    made, at, ends = segment("buyers", more_than(0)), START, dict[date, set[int]]()
    for inside, hours in steps:
        publish(inside, at)
        ends[at.date()] = inside
        at += timedelta(hours=hours)
    return made, ends, at


def filled(ends: Mapping[date, set[int]], until: date) -> dict[date, set[int]]:
    """Without a gap."""
    day, inside, found = min(ends), set[int](), dict[date, set[int]]()
    while day <= until:
        found[day] = inside = ends.get(day, inside)
        day += timedelta(days=1)
    return found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=WALKS)
def test_earlier_days__beside_plain_sets__are_equal(
    workspace: Workspace, steps: list[tuple[set[int], int]]
) -> None:
    Segment.objects.all().delete()
    made, ends, until = walk(steps)
    for day, inside in filled(ends, until.date()).items():
        assert set(at_end_of(day, [made])["buyers"]) == inside, day


def test_earlier_day__when_somebody_came_and_went_within_a_later_one__is_not_confused(
    workspace: Workspace,
) -> None:
    made, _ends, _until = walk([({1}, 23), ({1, 2}, 2), ({1}, 2), (set(), 2), ({1}, 2)])
    assert set(at_end_of(START.date(), [made])["buyers"]) == {1}
    day = SegmentDay.objects.get(day=START.date() + timedelta(days=1))
    assert (set(day.entered), set(day.left), set(day.moved)) == ({1, 2}, {1, 2}, set())


def test_earlier_day__before_the_first__is_refused_with_the_first(workspace: Workspace) -> None:
    made, _ends, _until = walk([({1}, 30), ({2}, 1)])
    with pytest.raises(Conflict) as caught:
        at_end_of(START.date() - timedelta(days=1), [made])
    assert (caught.value.code, caught.value.fix) == ("no_history", "The first day is 2024-06-01.")


def test_earlier_day__of_a_segment_never_refreshed__is_refused(workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="not refreshed"):
        at_end_of(START.date(), [segment("buyers", more_than(0))])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=WALKS, n_days=st.integers(1, 20))
def test_history__beside_plain_sets__has_their_sizes_and_stays(
    workspace: Workspace, steps: list[tuple[set[int], int]], n_days: int
) -> None:
    Segment.objects.all().delete()
    made, ends, until = walk(steps)
    today = until.date()
    found = past(made, today, n_days)
    shown = dict(list(filled(ends, today).items())[-n_days:])
    assert found is not None
    assert [(each.day, each.size) for each in found.days] == [
        (day, len(inside)) for day, inside in shown.items()
    ]
    assert counted(found) == replayed(shown)


def counted(found: Past) -> tuple[int, int, int]:
    return found.stays.ended, found.stays.open, found.stays.unknown_start


def replayed(days: Mapping[date, set[int]]) -> tuple[int, int, int]:
    """Stays that ended, that did not, and that began before: person by person, day by day."""
    ended = unknown = still = 0
    for person in range(1, PEOPLE + 1):
        line = [person in inside for inside in days.values()]
        unknown += line[0]
        entries = sum(now and not before for before, now in pairwise(line))
        exits = sum(before and not now for before, now in pairwise(line))
        known_exits = exits - (line[0] and exits > 0)
        ended += known_exits
        still += entries - known_exits
    return ended, still, unknown


def test_stays__counted_in_local_days__are_whole(workspace: Workspace) -> None:
    made, _ends, _until = walk([(set(), 24), ({1, 2}, 72), ({2}, 24)])
    found = past(made, START.date() + timedelta(days=5), 90)
    assert found is not None
    assert (found.stays.curve, found.stays.ended, found.stays.open) == (((3.0, 0.5),), 1, 1)


def test_history__before_the_first_refresh__is_none(workspace: Workspace) -> None:
    assert past(segment("buyers", more_than(0)), START.date(), 7) is None


def test_reading__while_another_publishes__begins_again(workspace: Workspace) -> None:
    made, _ends, _until = walk([({1}, 1)])
    seen = []

    def read(newest: Mapping[int, int]) -> tuple[set[int], int]:
        members = set(SegmentVersion.objects.get(pk=newest[made.pk]).members)
        seen.append(members)
        if len(seen) == 1:
            publish({1, 2, 3}, START + timedelta(hours=2))
        return members, SegmentDay.objects.get().size

    assert steady([made.pk], read) == ({1, 2, 3}, 3)
    assert seen == [{1}, {1, 2, 3}]


def test_reading__while_others_publish_all_the_time__gives_up(workspace: Workspace) -> None:
    made, _ends, _until = walk([({1}, 1)])
    moments = iter(range(2, 99))

    def read(newest: Mapping[int, int]) -> None:
        hour = next(moments)
        publish({hour % PEOPLE + 1}, START + timedelta(hours=hour))

    with pytest.raises(Unavailable) as caught:
        steady([made.pk], read)
    assert caught.value.code == "segments_busy"
