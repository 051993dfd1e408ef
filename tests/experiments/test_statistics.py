"""Experiment statistics against second sources: scipy, scikit-learn and published examples."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.difference import (
    difference_in_means,
    difference_in_proportions,
)
from marketing.experiments.statistics.ratio_mismatch import ratio_mismatch_p_value
from marketing.experiments.statistics.sufficient import Mean, Proportion

answers = st.lists(st.booleans(), max_size=40).map(lambda given: np.array(given, dtype=np.bool_))
cents = st.lists(st.integers(-(10**12), 10**12), max_size=40).map(
    lambda given: np.array(given, dtype=np.int64)
)
groups = st.integers(1, 500).flatmap(
    lambda n: st.integers(0, n).map(lambda successes: Proportion(n, successes))
)


@given(first=answers, second=answers)
def test_proportion__two_parts__then_their_sum_is_the_whole(
    first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]
) -> None:
    whole = Proportion.of(np.concatenate([first, second]))
    assert Proportion.of(first) + Proportion.of(second) == whole
    assert whole + Proportion() == whole


@given(first=cents, second=cents)
def test_mean__two_parts_of_money__then_their_sum_is_the_whole_exactly(
    first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]
) -> None:
    whole = Mean.of(np.concatenate([first, second]))
    assert Mean.of(first) + Mean.of(second) == whole
    assert whole.total_squares == sum(int(x) ** 2 for x in [*first, *second])


@given(amounts=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_mean__floats__then_mean_and_variance_are_numpys(amounts: list[float]) -> None:
    values = np.array(amounts)
    ours = Mean.of(values)
    assert ours.mean == pytest.approx(np.mean(values), abs=1e-6)
    assert ours.variance == pytest.approx(np.var(values, ddof=1), rel=1e-6, abs=1e-2)


def test_mean__large_cents_that_hardly_differ__then_variance_is_exact() -> None:
    assert Mean.of(np.array([10**12, 10**12 + 1])).variance == 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Proportion(3, 4), "4 successes of 3"),
        (lambda: Proportion(3, -1), "-1 successes of 3"),
        (lambda: Proportion.of(np.array([0, 1])), "not bool"),
        (lambda: Mean(-1), "-1 people"),
        (lambda: Mean.of(np.array([1.0, np.nan])), "NaN"),
        (lambda: difference_in_proportions(Proportion(), Proportion(), 1.0), "confidence 1.0"),
    ],
)
def test_statistics__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()


# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10, contrasts (a) to (h).
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((70, 56), (80, 48), (0.0524, 0.3339)),
        ((10, 9), (10, 3), (0.1705, 0.8090)),
        ((7, 6), (7, 2), (0.0582, 0.8062)),
        ((56, 5), (29, 0), (-0.0381, 0.1926)),
        ((10, 0), (20, 0), (-0.1611, 0.2775)),
        ((10, 0), (10, 0), (-0.2775, 0.2775)),
        ((10, 10), (20, 0), (0.6791, 1.0000)),
        ((10, 10), (10, 0), (0.6075, 1.0000)),
    ],
)
def test_difference_in_proportions__published_example__then_same(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float]
) -> None:
    interval = difference_in_proportions(Proportion(*first), Proportion(*second))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected, abs=6e-5)


@given(treated=groups, control=groups, confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_difference_in_proportions__any_counts__then_built_of_scipys_score_intervals(
    treated: Proportion, control: Proportion, confidence: float
) -> None:
    ours = difference_in_proportions(treated, control, confidence)
    t, c = (scipy.stats.binomtest(g.successes, g.n) for g in (treated, control))
    in_t = t.proportion_ci(confidence, "wilson")
    in_c = c.proportion_ci(confidence, "wilson")
    estimate = t.statistic - c.statistic
    low = estimate - np.hypot(t.statistic - in_t.low, in_c.high - c.statistic)
    high = estimate + np.hypot(in_t.high - t.statistic, c.statistic - in_c.low)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-9)
    assert -1 <= ours.low <= ours.estimate <= ours.high <= 1


@given(treated=groups, control=groups)
def test_difference_in_proportions__groups_swapped__then_mirrored(
    treated: Proportion, control: Proportion
) -> None:
    ours = difference_in_proportions(treated, control)
    swapped = difference_in_proportions(control, treated)
    assert ours is not None and swapped is not None
    assert (ours.low, ours.high) == pytest.approx((-swapped.high, -swapped.low))


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_difference_in_means__random_amounts__then_scipys_welch(confidence: float) -> None:
    rng = np.random.default_rng(7)
    treated, control = rng.gamma(2.0, 900.0, 60), rng.gamma(2.0, 400.0, 17)
    ours = difference_in_means(Mean.of(treated), Mean.of(control), confidence)
    theirs = scipy.stats.ttest_ind(treated, control, equal_var=False).confidence_interval(
        confidence
    )
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert ours.estimate == pytest.approx(treated.mean() - control.mean())


EMPTY, LONELY, SAME = Mean(), Mean.of(np.array([5])), Mean.of(np.array([5, 5]))


def test_difference__too_few_people__then_none() -> None:
    assert difference_in_proportions(Proportion(), Proportion(10, 3)) is None
    assert difference_in_proportions(Proportion(10, 3), Proportion()) is None
    assert difference_in_means(EMPTY, SAME) is None
    assert difference_in_means(SAME, LONELY) is None
    assert difference_in_means(SAME, SAME) is None
    assert (EMPTY.mean, EMPTY.variance, Proportion().rate) == (None, None, None)


@given(
    observed=st.lists(st.integers(20, 5000), min_size=2, max_size=5),
    scale=st.floats(0.1, 100),
)
def test_ratio_mismatch__any_counts__then_scipys_chi_square(
    observed: list[int], scale: float
) -> None:
    weights = [scale * (i + 2) for i in range(len(observed))]
    expected = np.array(weights) / sum(weights) * sum(observed)
    theirs = scipy.stats.chisquare(observed, expected).pvalue
    assert ratio_mismatch_p_value(observed, weights) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize(
    ("observed", "weights", "expected"),
    [
        ([], [], None),
        ([100], [1.0], None),
        ([0, 0], [0.5, 0.5], None),
        ([4, 4], [0.5, 0.5], None),
        ([50, 0], [1.0, 0.0], None),
        ([50, 50, 0], [0.5, 0.5, 0.0], 1.0),
        ([50, 50, 1], [0.5, 0.5, 0.0], 0.0),
        ([0, 0, 1], [0.0, 0.0, 0.0], 0.0),
    ],
)
def test_ratio_mismatch__edge_of_meaning__then_none_or_certain(
    observed: list[int], weights: list[float], expected: float | None
) -> None:
    assert ratio_mismatch_p_value(observed, weights) == expected


@pytest.mark.parametrize(
    ("observed", "weights"),
    [([1], [1, 1]), ([-1, 5], [1, 1]), ([5, 5], [1, -1]), ([5, 5], [1, np.inf])],
)
def test_ratio_mismatch__impossible_arguments__then_value_error(
    observed: list[int], weights: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"count|weight"):
        ratio_mismatch_p_value(observed, weights)
