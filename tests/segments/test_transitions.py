"""Movements between stages beside plain sets, scipy's intervals and powers of a matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from scipy.stats import binomtest

from marketing.kernel.errors import Invalid
from segments.analysis.transitions import NOWHERE, Transitions, expected, transitions

STAGES = ("new", "active", "lapsed")
# For each person the stage then and now; None = in no stage.
MOVES = st.lists(st.tuples(*[st.none() | st.sampled_from(STAGES)] * 2), min_size=1, max_size=60)


def stages(of: list[str | None]) -> dict[str, BitMap]:
    return {stage: BitMap(i for i, each in enumerate(of) if each == stage) for stage in STAGES}


def moved(moves: list[tuple[str | None, str | None]]) -> Transitions:
    return transitions(stages([then for then, _ in moves]), stages([now for _, now in moves]))


@settings(max_examples=200, deadline=None)
@given(MOVES)
def test_counts__beside_a_plain_loop__then_they_are_equal(
    moves: list[tuple[str | None, str | None]],
) -> None:
    found = moved(moves)
    for then in (*STAGES, NOWHERE):
        for now in (*STAGES, NOWHERE):
            pair = (then or None, now or None)
            count = 0 if pair == (None, None) else moves.count(pair)
            assert found.counts[then][now] == count
    assert found.now == {s: sum(now == s for _, now in moves) for s in STAGES}
    assert found.new == {s: moves.count((None, s)) for s in STAGES}


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_rates__beside_scipy__then_shares_and_wilson_bounds_are_equal(
    moves: list[tuple[str | None, str | None]],
) -> None:
    found = moved(moves)
    for then, row in found.counts.items():
        total = sum(row.values())
        for now, count in row.items():
            share = found.rates[then][now]
            if not total:
                assert share is None
                continue
            assert share is not None and share.rate == count / total
            low, high = binomtest(count, total).proportion_ci(0.95, "wilson")
            assert [share.low, share.high] == pytest.approx([low, high], abs=1e-9)


def test_stages__when_they_share_people__then_it_says_which_and_how_many() -> None:
    then = stages(["new", "active", "lapsed"])
    overlapping = then | {"active": BitMap([0, 1])}
    for moments in ((overlapping, then), (then, overlapping)):
        with pytest.raises(Invalid) as caught:
            transitions(*moments)
        assert caught.value.code == "not_exclusive"
        assert "new and active (1)" in caught.value.message
        assert ("then" if moments[0] is overlapping else "now") in caught.value.message


def test_stages__when_they_differ_between_the_moments__then_it_is_refused() -> None:
    then = stages(["new"])
    for now in ({}, {"new": BitMap()}, then | {"more": BitMap()}):
        with pytest.raises(Invalid) as caught:
            transitions(then, now)
        assert caught.value.code == "other_stages"


def market() -> Transitions:
    """100 new: 60 active, 30 lapsed, 10 gone; 50 active: 40 stay, 10 lapse; 20 lapsed: 5 return;
    25 come.
    """
    moves: list[tuple[str | None, str | None]] = [
        *[("new", "active")] * 60, *[("new", "lapsed")] * 30, *[("new", None)] * 10,
        *[("active", "active")] * 40, *[("active", "lapsed")] * 10,
        *[("lapsed", "active")] * 5, *[("lapsed", "lapsed")] * 15, *[(None, "new")] * 25,
    ]  # fmt: skip
    return moved(moves)


def test_expectation__beside_powers_of_the_matrix__then_it_is_equal() -> None:
    chance = np.array([[0, 0.6, 0.3], [0, 0.8, 0.2], [0, 0.25, 0.75]])
    now, come = np.array([25.0, 105, 55]), np.array([25.0, 0, 0])
    closed = expected(market(), 4, with_new=False)
    with_new = expected(market(), 4)
    for steps in (1, 2, 3, 4):
        power = np.linalg.matrix_power(chance, steps)
        assert list(closed[steps - 1].values()) == pytest.approx(now @ power)
        arrived = sum(come @ np.linalg.matrix_power(chance, i) for i in range(steps))
        assert list(with_new[steps - 1].values()) == pytest.approx(now @ power + arrived)


def test_expectation__when_nobody_leaves_and_nobody_comes__then_nobody_is_lost() -> None:
    moves: list[tuple[str | None, str | None]] = [
        ("new", "active"), ("active", "lapsed"), ("lapsed", "active"), ("active", "active")
    ]  # fmt: skip
    for step in expected(moved(moves), 6):
        assert sum(step.values()) == pytest.approx(4)


def test_expectation__when_nothing_is_known_of_a_stage__then_it_is_refused_by_name() -> None:
    found = moved([("active", "lapsed"), ("active", "active")])
    with pytest.raises(Invalid) as caught:
        expected(found, 1)
    assert caught.value.code == "no_rates" and "'lapsed'" in caught.value.message


def test_expectation__when_nobody_is_ever_in_the_unknown_stage__then_it_does_not_matter() -> None:
    assert expected(moved([("active", "active")]), 3)[-1] == {"new": 0, "active": 1, "lapsed": 0}


def test_expectation__of_no_steps__then_it_is_empty() -> None:
    assert expected(market(), 0) == []
