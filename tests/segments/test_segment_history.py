"""A segment over time beside a replay with Python sets, and stays beside scipy's estimate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from scipy.stats import CensoredData, ecdf

from marketing.kernel.errors import Invalid
from segments.analysis.history import Change, History, history
from segments.analysis.stays import kaplan_meier

START = datetime(2024, 3, 1, 6, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MEMBERS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 12)), st.integers(1, 60)), min_size=1, max_size=12
)


def replayed(versions: list[tuple[frozenset[int], int]]) -> tuple[list[Change], datetime]:
    """The changes between these memberships, so many hours apart, and when it was last checked."""
    changes, before, at = [], frozenset[int](), START
    for members, hours in versions:
        changes.append(Change(at, BitMap(members - before), BitMap(before - members)))
        before, at = members, at + timedelta(hours=hours)
    return changes, at


def of(*versions: tuple[set[int], int]) -> History:
    changes, until = replayed([(frozenset(members), hours) for members, hours in versions])
    return history(changes, until, UTC)


@settings(max_examples=150, deadline=None)
@given(MEMBERS)
def test_history__beside_a_replay__then_sizes_and_days_are_equal(
    versions: list[tuple[frozenset[int], int]],
) -> None:
    changes, until = replayed(versions)
    found = history(changes, until, SHANGHAI)
    assert [size for _, size in found.sizes] == [len(members) for members, _ in versions]
    days = [change.as_of.astimezone(SHANGHAI).date() for change in changes]
    last = until.astimezone(SHANGHAI).date()
    assert [each.day for each in found.days] == [
        days[0] + timedelta(days=i) for i in range((last - days[0]).days + 1)
    ]
    for each in found.days:
        upto = [len(members) for (members, _), day in zip(versions, days, strict=True)
                if day <= each.day]  # fmt: skip
        assert each.size == upto[-1]
        today = [change for change, day in zip(changes, days, strict=True) if day == each.day]
        assert each.entered == sum(len(change.entered) for change in today)
        assert each.left == sum(len(change.left) for change in today)


@settings(max_examples=150, deadline=None)
@given(MEMBERS)
def test_stays__beside_a_replay_and_scipy__then_the_curve_and_the_median_are_equal(
    versions: list[tuple[frozenset[int], int]],
) -> None:
    changes, until = replayed(versions)
    found = history(changes, until, UTC).stays
    ended, open_, unknown = _by_person(versions, changes, until)
    assert (found.ended, found.open, found.unknown_start) == (len(ended), len(open_), unknown)
    if ended or open_:
        theirs = ecdf(CensoredData(uncensored=ended, right=open_)).sf
        for days, share in found.curve:
            assert share == pytest.approx(float(theirs.evaluate(days)), abs=1e-9)
        reached = [day for day, share in zip(theirs.quantiles, theirs.probabilities, strict=True)
                   if share <= 0.5 + 1e-12]  # fmt: skip
        assert found.median_days == (pytest.approx(reached[0]) if reached else None)
    if found.median_days is None:
        longest = max([*ended, *open_], default=None)
        assert found.longer_than_days == (None if longest is None else pytest.approx(longest))
    else:
        assert found.longer_than_days is None


def _by_person(
    versions: list[tuple[frozenset[int], int]], changes: list[Change], until: datetime
) -> tuple[list[float], list[float], int]:
    """Every stay, person by person."""
    ended: list[float] = []
    open_: list[float] = []
    unknown = 0
    for person in range(13):
        since: datetime | None = None
        for i, ((members, _), change) in enumerate(zip(versions, changes, strict=True)):
            if person in members and since is None:
                since = datetime.min.replace(tzinfo=UTC) if i == 0 else change.as_of
            elif person not in members and since is not None:
                if since.year == 1:
                    unknown += 1
                else:
                    ended.append((change.as_of - since).total_seconds() / 86_400)
                since = None
        if since is not None and since.year == 1:
            unknown += 1
        elif since is not None:
            open_.append((until - since).total_seconds() / 86_400)
    return ended, open_, unknown


def test_stays__when_half_left__then_the_median_is_their_stay() -> None:
    """Two enter on day 1; one leaves on day 3, the other is still inside on day 11."""
    found = of(({9}, 24), ({9, 1, 2}, 48), ({9, 2}, 192)).stays
    assert (found.median_days, found.longer_than_days) == (2.0, None)
    assert found.curve == ((2.0, 0.5),)
    assert (found.ended, found.open, found.unknown_start) == (1, 1, 1)


def test_stays__when_most_are_still_inside__then_it_says_longer_than() -> None:
    found = of((set(), 24), ({1, 2, 3}, 48), ({2, 3}, 96)).stays
    assert (found.median_days, found.longer_than_days) == (None, 6.0)


def test_stays__when_everybody_was_inside_from_the_start__then_nothing_is_known() -> None:
    found = of(({1, 2}, 24), ({2}, 24)).stays
    assert (found.median_days, found.longer_than_days, found.unknown_start) == (None, None, 2)


def test_stays__when_somebody_returns__then_it_is_a_second_stay() -> None:
    assert of((set(), 24), ({1}, 24), (set(), 24), ({1}, 24), (set(), 1)).stays.ended == 2


def test_estimate__of_the_textbook_s_remissions__then_it_is_the_textbook_s() -> None:
    """The 6-MP arm of Freireich et al. (1963), the classic example of Kaplan and Meier's method:
    survival .857 at 6 weeks, .807 at 7, .753 at 10, .690 at 13, .627 at 16, .538 at 22, .448 at 23.
    """
    ended = np.array([6.0, 6, 6, 7, 10, 13, 16, 22, 23])
    open_ = np.array([6.0, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    found = {week: round(share, 3) for week, share in kaplan_meier(ended, open_)}
    assert found == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_days__when_the_zone_is_ahead__then_the_evening_is_tomorrow() -> None:
    late = Change(datetime(2024, 3, 1, 20, tzinfo=UTC), BitMap([1]), BitMap())
    found = history([late], datetime(2024, 3, 1, 21, tzinfo=UTC), SHANGHAI)
    assert [each.day for each in found.days] == [date(2024, 3, 2)]


def test_history__without_versions__then_it_is_empty() -> None:
    found = history([], START, UTC)
    assert (found.sizes, found.days, found.stays.curve) == ((), (), ())


@pytest.mark.parametrize(
    ("entered", "left"), [([1], []), ([], [2]), ([2], [2]), ([1], [1])], ids=str
)
def test_history__when_a_version_does_not_follow__then_it_is_refused(
    entered: list[int], left: list[int]
) -> None:
    first = Change(START, BitMap([1]), BitMap())
    second = Change(START + timedelta(days=1), BitMap(entered), BitMap(left))
    with pytest.raises(Invalid) as caught:
        history([first, second], START + timedelta(days=2), UTC)
    assert caught.value.code == "bad_history" and "2024-03-02" in caught.value.message


def test_history__when_time_goes_back__then_it_is_refused() -> None:
    first = Change(START, BitMap([1]), BitMap())
    second = Change(START - timedelta(days=1), BitMap([2]), BitMap())
    for changes, until in (([first, second], START), ([first], START - timedelta(hours=1))):
        with pytest.raises(Invalid):
            history(changes, until, UTC)
