"""Estimates, intervals and adjusted p-values against independent implementations.

Literals named "gbstats" are from gbstats 0.8.0 (GrowthBook, MIT), "statsmodels" from 0.15.0, run on
the sums that stand beside them.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from marketing.experiments.statistics import always_valid, estimate
from marketing.experiments.statistics.always_valid import confidence_sequence
from marketing.experiments.statistics.bayes import (
    BetaPrior,
    MeanPrior,
    belief_of_means,
    belief_of_rates,
)
from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.multiplicity import benjamini_hochberg, holm
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion

# Treated b, control a, as gbstats has them.
A = Pairs(n=1_200, y=3_100, yy=90_000, x=2_500, xx=70_000, xy=50_000)
B = Pairs(n=1_150, y=3_450, yy=101_000, x=2_450, xx=66_000, xy=52_000)
MEAN_A, MEAN_B = Mean(1_200, 3_100, 90_000), Mean(1_150, 3_450, 101_000)
EXACT = 1e-9

numbers = st.lists(
    st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=40
).map(np.array)


def compared(shape: Shape, treated: Pairs, control: Pairs) -> Estimate | None:
    found = compare(shape, [Cell(treated, control)])
    assert found is None or isinstance(found, Estimate)
    return found


def told(found: Estimate | None) -> tuple[float, float]:
    assert found is not None
    return found.value, found.error


def test_compare_means__when_sums_are_given__then_gbstats() -> None:
    value, error = told(compared(Shape.MEAN, B, A))
    assert value == pytest.approx(0.4166666666666665, rel=EXACT)
    assert error == pytest.approx(0.1255902250237563**0.5, rel=EXACT)


def test_relative__when_sums_are_given__then_gbstats() -> None:
    value, error = told(estimate.relative(MEAN_B, MEAN_A))
    assert value == pytest.approx(0.1612903225806451, rel=EXACT)
    assert error == pytest.approx(0.0217955946600938**0.5, rel=EXACT)


def test_compare_ratios__when_sums_are_given__then_gbstats() -> None:
    one = Pairs(n=1_200, y=3_100, yy=90_000, x=6_000, xx=50_000, xy=40_000)
    other = Pairs(n=1_150, y=3_450, yy=101_000, x=5_900, xx=52_000, xy=43_000)
    value, error = told(compared(Shape.RATIO, other, one))
    assert value == pytest.approx(0.06807909604519768, rel=EXACT)
    assert error == pytest.approx(0.06077298382733515, rel=EXACT)


@given(treated=numbers, control=numbers)
def test_compare_adjusted__any_people__then_the_treatments_coefficient_of_a_regression(
    treated: NDArray[np.float64], control: NDArray[np.float64]
) -> None:
    """y ~ 1 + treated + x by least squares has the same effect."""
    t, c = (Pairs.of(each[:, 0], each[:, 1]) for each in (treated, control))
    found = compared(Shape.ADJUSTED, t, c)
    spread = sum((each.n - 1) * each.variance_x for each in (t, c))
    if found is None or spread < 1e-3:
        return
    both = np.concatenate([treated, control])
    is_treated = np.arange(len(both)) < len(treated)
    design = np.column_stack([np.ones(len(both)), is_treated, both[:, 1]])
    wanted = np.linalg.lstsq(design, both[:, 0], rcond=None)[0][1]
    assert found.value == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_compare_adjusted__when_sums_are_given__then_gbstats_with_that_coefficient() -> None:
    value, error = told(compared(Shape.ADJUSTED, B, A))
    assert value == pytest.approx(0.38358642618277483, rel=EXACT)
    assert error == pytest.approx(0.28375860870665465, rel=EXACT)


def test_compare_adjusted__when_the_past_says_nothing__then_the_plain_difference() -> None:
    rng = np.random.default_rng(1)
    y, other = rng.normal(size=50), rng.normal(size=60)
    found = compared(Shape.ADJUSTED, Pairs.of(y), Pairs.of(other))
    assert told(found) == pytest.approx(told(compared(Shape.MEAN, Pairs.of(y), Pairs.of(other))))


@given(first=numbers, second=numbers)
def test_pairs__two_parts__then_their_sum_is_the_whole(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    parts = [Pairs.of(each[:, 0], each[:, 1]) for each in (first, second)]
    whole = np.concatenate([first, second])
    total, wanted = parts[0] + parts[1], Pairs.of(whole[:, 0], whole[:, 1])
    for name in ("n", "y", "x", "yy", "xy", "xx"):
        assert getattr(total, name) == pytest.approx(getattr(wanted, name), rel=1e-9, abs=1e-6)
    covariance = np.cov(whole[:, 0], whole[:, 1])
    ours = [[wanted.variance_y, wanted.covariance], [wanted.covariance, wanted.variance_x]]
    assert np.allclose(ours, covariance, rtol=1e-6, atol=1e-5)


def test_compare__when_the_mix_of_groups_differs__then_it_is_taken_out() -> None:
    """Half an effect in each stratum, though the plain difference is far off by the mix."""
    treated, control = [counts(900, 90), counts(100, 55)], [counts(100, 5), counts(900, 450)]
    found = compare(Shape.MEAN, [Cell(*each) for each in zip(treated, control, strict=True)])
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.5 * (0.1 - 0.05) + 0.5 * (0.55 - 0.5))
    spread = [
        np.var(np.repeat([1.0, 0.0], [int(p.y), p.n - int(p.y)]), ddof=1) / p.n
        for p in (*treated, *control)
    ]
    assert found.error == pytest.approx(np.sqrt(sum(spread) / 4))
    thin = [Cell(*each) for each in zip([*treated, counts(1, 1)], [*control, counts(50, 5)],
                                        strict=True)]  # fmt: skip
    again = compare(Shape.MEAN, thin)
    assert again is not None and again.value == pytest.approx(found.value)


def counts(n: int, reached: int) -> Pairs:
    return Pairs(n=n, y=reached, yy=reached)


@given(cells=st.lists(st.tuples(st.integers(2, 400), st.integers(2, 400), st.floats(0, 1),
                                st.floats(0, 1)), min_size=1, max_size=5))  # fmt: skip
def test_compare__rates_over_cells__then_z_squared_is_mantel_and_haenszels(
    cells: list[tuple[int, int, float, float]],
) -> None:
    """Cochran's and Mantel-Haenszel's statistic without continuity correction, from its own
    formula over two by two tables.
    """
    tables = [(n, round(n * p), m, round(m * q)) for n, m, p, q in cells]
    gap = variance = 0.0
    for n, a, m, b in tables:
        together, reached = n + m, a + b
        gap += a - n * reached / together
        variance += n * m * reached * (together - reached) / (together**2 * (together - 1))
    found = compare(Shape.RATE, [Cell(counts(n, a), counts(m, b)) for n, a, m, b in tables])
    if variance < 1e-9:
        assert found is None
        return
    assert found is not None
    assert found.z**2 == pytest.approx(gap**2 / variance, rel=1e-9, abs=1e-12)


def test_compare__one_cell_of_amounts__then_welchs_interval() -> None:
    rng = np.random.default_rng(3)
    y, other = rng.exponential(size=9), rng.exponential(2, size=14)
    found = compared(Shape.MEAN, Pairs.of(y), Pairs.of(other))
    assert found is not None
    wanted = scipy.stats.ttest_ind(y, other, equal_var=False).confidence_interval()
    assert (found.interval().low, found.interval().high) == pytest.approx((wanted.low, wanted.high))


def test_compare__the_split_followed_the_answers__then_the_epochs_weigh_by_what_was_meant() -> None:
    first, second = Cell(counts(90, 9), counts(10, 2), 0.9), Cell(counts(50, 9), counts(50, 4), 0.5)
    found = compare(Shape.MEAN, [first, second])
    w = [np.sqrt(100 * 0.9 * 0.1), np.sqrt(100 * 0.25)]
    assert found is not None
    assert found.value == pytest.approx((w[0] * -0.1 + w[1] * 0.1) / sum(w))


@pytest.mark.parametrize(
    ("treated", "control"),
    [
        (Proportion(9_000, 100), Proportion(10, 0)),
        (Proportion(40, 0), Proportion(5_000, 60)),
        (Proportion(90, 9), Proportion(100, 9)),
    ],
)
def test_belief_of_rates__groups_of_any_size__then_as_scipy_integrates(
    treated: Proportion, control: Proportion
) -> None:
    """P(treated - control <= d), by adaptive quadrature over the control's density."""
    one, other = (
        scipy.stats.beta(1 + each.successes, 1 + each.n - each.successes)
        for each in (treated, control)
    )

    def below(difference: float) -> float:
        places = [*one.ppf([1e-9, 0.5, 1 - 1e-9]) - difference, *other.ppf([1e-9, 0.5, 1 - 1e-9])]
        inside = sorted(float(each) for each in places if 0 < each < 1)
        return float(
            scipy.integrate.quad(
                lambda x: other.pdf(x) * one.cdf(x + difference), 0, 1, points=inside, limit=400
            )[0]
        )

    found = belief_of_rates(treated, control)
    assert found.better == pytest.approx(1 - below(0.0), abs=1e-8)
    assert below(found.interval.low) == pytest.approx(0.025, abs=1e-7)
    assert below(found.interval.high) == pytest.approx(0.975, abs=1e-7)


@pytest.mark.parametrize("people", [10, 900, 80_000])
def test_always_valid_p__at_the_sequences_edge__then_five_in_a_hundred(people: int) -> None:
    edge = always_valid.widening(people)
    assert always_valid.p_value(edge, people) == pytest.approx(0.05)
    assert always_valid.p_value(edge * 1.01, people) < 0.05 < always_valid.p_value(1.0, people)
    assert always_valid.p_value(0.0, people) == 1


def test_interval__when_one_look_was_planned__then_the_normal_one() -> None:
    found = Estimate(0.4, 0.1, 500)
    assert (found.interval().low, found.interval().high) == pytest.approx((0.2040036, 0.5959964))
    assert found.p_value() == pytest.approx(scipy.stats.norm.sf(4) * 2)
    assert found.p_value(null=0.2) == pytest.approx(scipy.stats.norm.sf(2) * 2)


@pytest.mark.parametrize(
    ("confidence", "tightest_at", "low", "high"),
    [
        (0.95, 5_000, -0.6795463591266122, 1.5128796924599452),
        (0.90, 600, -0.5964076887838599, 1.429741022117193),
    ],
)
def test_confidence_sequence__when_sums_are_given__then_gbstats(
    confidence: float, tightest_at: float, low: float, high: float
) -> None:
    found = compared(Shape.MEAN, B, A)
    assert found is not None
    ours = confidence_sequence(found, confidence, tightest_at)
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-9)
    planned = found.interval(confidence)
    assert ours.low < planned.low and planned.high < ours.high


def test_adjusted_p_values__some__then_statsmodels() -> None:
    given_ = [0.001, 0.04, 0.03, 0.2, 0.5, 0.009]
    assert holm(given_) == pytest.approx([0.006, 0.12, 0.12, 0.4, 0.5, 0.045])
    assert benjamini_hochberg(given_) == pytest.approx([0.006, 0.06, 0.06, 0.24, 0.5, 0.027])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values__any__then_as_defined(p_values: list[float]) -> None:
    """Holm: step down until the first that is kept; BH: scipy's."""
    theirs = scipy.stats.false_discovery_control(p_values)
    assert benjamini_hochberg(p_values) == pytest.approx(list(theirs))
    for level in (0.01, 0.05, 0.2):
        left, rejected = sorted(range(len(p_values)), key=lambda i: p_values[i]), set()
        while left and p_values[left[0]] * len(left) <= level:
            rejected.add(left.pop(0))
        adjusted = holm(p_values)
        assert {i for i, p in enumerate(adjusted) if p <= level} == rejected


def test_belief_of_rates__whole_priors__then_the_closed_form() -> None:
    """P(B > A) summed as E. Miller (2014) has it, in exact logarithms."""
    found = belief_of_rates(Proportion(180, 30), Proportion(200, 24))
    a_b, b_b, a_a, b_a = 31, 151, 25, 177
    wanted = sum(
        np.exp(
            scipy.special.betaln(a_a + i, b_b + b_a) - np.log(b_b + i)
            - scipy.special.betaln(1 + i, b_b) - scipy.special.betaln(a_a, b_a)
        )
        for i in range(a_b)
    )  # fmt: skip
    assert found.better == pytest.approx(wanted, abs=1e-9)


def test_beliefs__many_draws__then_as_often_better_and_as_much_lost() -> None:
    rng = np.random.default_rng(5)
    rates = belief_of_rates(Proportion(50, 9), Proportion(60, 8), BetaPrior(2, 8))
    drawn = rng.beta(11, 49, 10**6) - rng.beta(10, 60, 10**6)
    _agrees(rates.better, rates.loss, (rates.interval.low, rates.interval.high), drawn)
    treated, control = rng.normal(3, 2, 12), rng.normal(2, 3, 15)
    prior = MeanPrior(mean=2.5, people=3, shape=2, scale=5)
    means = belief_of_means(Mean.of(treated), Mean.of(control), prior)
    assert means is not None
    drawn = _posterior(rng, treated, prior) - _posterior(rng, control, prior)
    _agrees(means.better, means.loss, (means.interval.low, means.interval.high), drawn)
    assert belief_of_means(Mean(1, 1, 1), Mean.of(control)) is None


def _posterior(
    rng: np.random.Generator, seen: NDArray[np.float64], prior: MeanPrior
) -> NDArray[np.float64]:
    """Means drawn from the normal-inverse-gamma, updated by one person after another."""
    mean, people, shape, scale = prior.mean, prior.people, prior.shape, prior.scale
    for each in seen:
        scale += people * (each - mean) ** 2 / (2 * (people + 1))
        mean = (people * mean + each) / (people + 1)
        people, shape = people + 1, shape + 0.5
    variances = scale / rng.gamma(shape, size=10**6)
    return np.asarray(rng.normal(mean, np.sqrt(variances / people)))


def _agrees(
    better: float, loss: float, ends: tuple[float, float], drawn: NDArray[np.float64]
) -> None:
    assert better == pytest.approx((drawn > 0).mean(), abs=3e-3)
    assert loss == pytest.approx(np.maximum(-drawn, 0).mean(), rel=3e-2)
    assert ends == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), rel=2e-2, abs=2e-3)
