"""Answers that have not come yet: counts that add, a curve that never falls, a fair rate."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.adaptive.delay import (
    DelayCurve,
    DelayedTrials,
    Delays,
    delay_curve,
)
from marketing.experiments.statistics.adaptive.thompson import best_of_rates

people = st.lists(
    st.tuples(st.floats(0, 30), st.floats(0, 20) | st.just(float("nan"))), max_size=40
)
CURVE = DelayCurve((0.25, 0.5, 1.0))


def _columns(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(rows, np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(first=people, second=people)
def test_delays__two_parts__then_their_sum_is_the_whole(
    first: list[tuple[float, float]], second: list[tuple[float, float]]
) -> None:
    parts = Delays.of(*_columns(first), 7) + Delays.of(*_columns(second), 7)
    assert parts == Delays.of(*_columns(first + second), 7)


@given(rows=people)
def test_delays__any_people__then_counted_one_by_one(rows: list[tuple[float, float]]) -> None:
    expected = [0] * 8
    for age, delay in rows:
        if age >= 7 and delay <= 7:
            expected[int(np.ceil(delay))] += 1
    assert Delays.of(*_columns(rows), 7).conversions == tuple(expected)


@given(conversions=st.lists(st.integers(0, 50), min_size=1, max_size=15))
def test_delay_curve__any_counts__then_never_falls_and_ends_at_one(conversions: list[int]) -> None:
    curve = delay_curve(Delays(tuple(conversions)), 5)
    assert (curve is None) == (sum(conversions) < 5)
    if curve is not None:
        assert curve.arrived == pytest.approx(np.cumsum(conversions) / sum(conversions))
        assert curve.arrived[-1] == 1.0


def test_delay_curve__too_few_conversions__then_none() -> None:
    assert delay_curve(Delays((10, 19))) is None
    assert delay_curve(Delays((10, 20))) == DelayCurve((10 / 30, 1.0))
    assert delay_curve(Delays((0, 0)), 0) is None


def test_curve__ages_between_days_and_past_the_window__then_the_whole_day_before() -> None:
    ages = np.array([0.0, 0.9, 1.0, 1.99, 2.0, 400.0])
    assert CURVE.at(ages).tolist() == [0.25, 0.25, 0.5, 0.5, 1.0, 1.0]


def test_delayed_trials__known_people__then_sums_that_add() -> None:
    ages, converted = np.array([0.0, 1.0, 9.0, 9.0]), np.array([True, False, False, True])
    whole = DelayedTrials.of(ages, converted, CURVE)
    assert whole == DelayedTrials(4, 2, 2.75)
    parts = [DelayedTrials.of(ages[i : i + 2], converted[i : i + 2], CURVE) for i in (0, 2)]
    assert parts[0] + parts[1] == whole == whole + DelayedTrials()
    assert whole.rate == pytest.approx(2 / 2.75)
    assert DelayedTrials().rate is None
    assert DelayedTrials.of(np.array([0.0]), np.array([False]), DelayCurve((0.0, 1.0))).rate is None


def test_delayed_trials__a_young_arm_of_the_same_rate__then_not_held_to_be_worse() -> None:
    rng, n, rate = np.random.default_rng(8), 40_000, 0.1
    delay = np.where(rng.random(n) < rate, rng.choice(3, n, p=[0.25, 0.25, 0.5]), np.nan)
    old, young = np.full(n, 9.0), rng.integers(0, 2, n).astype(np.float64)
    seen = [DelayedTrials.of(ages, delay <= ages, CURVE) for ages in (old, young)]
    assert [s.rate for s in seen] == pytest.approx([rate, rate], abs=0.006)
    naive = best_of_rates(*np.array([[s.successes, s.n] for s in seen], np.float64).T)
    fair = best_of_rates(*np.array([[s.successes, s.trials] for s in seen], np.float64).T)
    assert naive[1] < 1e-6 and fair[1] > 0.02


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Delays(()), "delays"),
        (lambda: Delays((3, -1)), "delays"),
        (lambda: Delays((3,)) + Delays((3, 1)), "different windows"),
        (lambda: Delays.of(np.array([1.0]), np.array([-1.0]), 3), "negative"),
        (lambda: Delays.of(np.array([np.nan]), np.array([1.0]), 3), "NaN"),
        (lambda: DelayCurve((0.5, 0.9)), "curve"),
        (lambda: DelayCurve((0.5, 0.4, 1.0)), "fall"),
        (lambda: DelayCurve((-0.1, 1.0)), "curve"),
        (lambda: DelayedTrials(3, 4, 1.0), "4 successes"),
        (lambda: DelayedTrials(3, 1, 3.1), "trials"),
        (lambda: DelayedTrials.of(np.array([1.0]), np.array([1]), CURVE), "not bool"),
        (lambda: DelayedTrials.of(np.array([1.0, 2.0]), np.array([True]), CURVE), "ages"),
    ],
)
def test_delay__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
