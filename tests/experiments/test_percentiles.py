"""Percentiles of groups, from how many people have each amount."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.histogram import Histogram, histograms, rounded
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.percentiles import Blend, PercentileDifference

Floats = NDArray[np.float64]
AMOUNTS = arrays(np.float64, st.integers(2, 60), elements=st.integers(-3, 999).map(float))
PERCENTILES = st.sampled_from([1.0, 25.0, 50.0, 90.0, 99.0])


def people(amounts: Floats) -> Pairs:
    return Pairs(
        len(amounts), float(amounts.sum()), 0.0, float(amounts @ amounts),
        counts=Histogram.of(amounts),
    )  # fmt: skip


def difference(
    cells: list[tuple[Floats, Floats]], percentile: float, keep: float = 1.0
) -> PercentileDifference:
    made = [Cell(people(treated), people(control)) for treated, control in cells]
    found = compare(Shape.PERCENTILE, made, percentile=percentile, keep=keep)
    assert isinstance(found, PercentileDifference)
    return found


def watched(rng: np.random.Generator, n: int, shift: float = 0.0) -> Floats:
    """Seconds: three in ten nothing, else a long tail."""
    return np.where(rng.random(n) < 0.3, 0.0, rng.lognormal(6 + shift, 1.2, n))


@given(AMOUNTS, AMOUNTS)
def test_histogram__of_two_parts__then_their_sum_is_the_whole(one: Floats, other: Floats) -> None:
    whole = Histogram.of(np.concatenate([one, other]))
    assert Histogram.of(one) + Histogram.of(other) == whole
    assert whole + Histogram() == whole
    assert whole.n == len(one) + len(other)
    codes = np.repeat([0, 2], [len(one), len(other)])
    apart = histograms(codes, 3, np.concatenate([one, other]))
    assert apart == [Histogram.of(one), Histogram(), Histogram.of(other)]


@given(AMOUNTS, PERCENTILES)
def test_histogram__at_a_percentile__then_as_numpy_says(amounts: Floats, percentile: float) -> None:
    wanted = np.quantile(amounts, percentile / 100, method="inverted_cdf")
    assert Histogram.of(amounts).at(percentile) == wanted


@given(st.integers(-(10**9), 10**9), st.integers(-6, 6))
def test_rounded__any_amount__then_the_decimal_of_three_digits(value: int, power: int) -> None:
    amount = float(value) * 10.0**power
    found = float(rounded(np.array([amount]))[0])
    assert found == float(f"{found:.2e}") == float(rounded(np.array([found]))[0])
    assert abs(found - amount) <= 0.005001 * abs(amount)


def test_rounded__an_amount_next_to_nothing__then_nothing() -> None:
    assert rounded(np.array([5e-324, -1e-250])).tolist() == pytest.approx([0.0, 0.0], abs=1e-200)


def test_rounded__amounts_that_are_none__then_refused() -> None:
    with pytest.raises(ValueError, match="NaN or infinity"):
        rounded(np.array([1.0, np.nan]))


@pytest.mark.parametrize("percentile", [10.0, 50.0, 90.0])
def test_limits__of_one_group__then_next_to_the_exact_binomial_ones(percentile: float) -> None:
    values = rounded(1 + watched(np.random.default_rng(3), 5_000))
    told = stats.quantile_test(values, p=percentile / 100).confidence_interval(0.95)
    low, high = Blend([Histogram.of(values)], [1.0], percentile).limits(1.959964)
    ranks = [int((values < each).sum()) for each in (told.low, low, told.high, high)]
    assert abs(ranks[0] - ranks[1]) <= 8  # so many people of 5,000, ties included
    assert abs(ranks[2] - ranks[3]) <= 8


@given(AMOUNTS, AMOUNTS, PERCENTILES, st.floats(0.1, 6.0))
def test_difference__any_two_groups__then_clear_of_nothing_just_where_z_says(
    treated: Floats, control: Floats, percentile: float, z: float
) -> None:
    found = difference([(treated, control)], percentile)
    back = difference([(control, treated)], percentile)
    assert (found.value, found.z) == (-back.value, -back.z)
    ends = found.bounds(z)
    if ends is None or abs(abs(found.z) - z) < 1e-6:
        return
    assert ends[0] <= found.value <= ends[1]
    assert (ends[0] > 0 or ends[1] < 0) == (abs(found.z) > z)
    if (wider := found.bounds(z + 0.5)) is not None:
        assert wider[0] <= ends[0] and ends[1] <= wider[1]


def test_difference__the_mix_of_cells_differs__then_it_is_taken_out() -> None:
    """Nothing in either stratum; thrown together, the treated would seem far above."""
    rng = np.random.default_rng(5)

    def paid(middle: float, n: int) -> Floats:
        return rng.lognormal(middle, 0.5, n)

    poor, rich = (paid(3, 900), paid(3, 2_100)), (paid(6, 2_100), paid(6, 900))
    assert abs(difference([poor, rich], 50.0).z) < 2
    together = np.concatenate([poor[0], rich[0]]), np.concatenate([poor[1], rich[1]])
    assert difference([together], 50.0).z > 8


def test_difference__cells_that_are_alike__then_as_thrown_together() -> None:
    rng = np.random.default_rng(6)
    t, c = watched(rng, 4_000, 0.2), watched(rng, 4_000)
    whole, split = (
        difference([(t, c)], 75.0),
        difference([(t[::2], c[::2]), (t[1::2], c[1::2])], 75),
    )
    assert split.value == pytest.approx(whole.value)
    assert split.z == pytest.approx(whole.z, rel=0.02)


def test_difference__half_of_them_did_nothing__then_the_median_says_nothing() -> None:
    t, c = np.zeros(300), np.zeros(300)
    t[:100], c[:90] = 5.0, 5.0
    found = difference([(t, c)], 50.0)
    assert (found.value, found.z, found.p_value()) == (0.0, 0.0, 1.0)
    assert found.bounds(1.96) == (0.0, 0.0)


def test_difference__too_few_for_the_percentile__then_no_interval() -> None:
    rng = np.random.default_rng(7)
    found = difference([(watched(rng, 20), watched(rng, 20))], 99.0)
    assert found.bounds(1.96) is None


def test_difference__a_share_of_the_control_is_kept__then_asked_of_that_share() -> None:
    rng = np.random.default_rng(8)
    t, c = watched(rng, 5_000), watched(rng, 5_000)
    kept = difference([(t, c)], 90.0, keep=0.8)
    value = Histogram.of(t).at(90.0), Histogram.of(c).at(90.0)
    assert value[0] is not None and value[1] is not None
    assert kept.value == pytest.approx(value[0] - 0.8 * value[1])
    assert kept.z > 3 > difference([(t, c)], 90.0).z


def test_compare__a_cell_without_counts__then_left_out() -> None:
    empty = Pairs(5, 1.0, 0.0, 1.0)
    assert compare(Shape.PERCENTILE, [Cell(empty, empty)]) is None
