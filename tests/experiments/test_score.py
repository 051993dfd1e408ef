"""Rate differences by score against scipy's chi-square, the defining equation, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from marketing.experiments.statistics.score import (
    ImpliedVariance,
    implied_variance,
    rate_difference,
)
from marketing.experiments.statistics.sufficient import Proportion

groups = st.integers(1, 400).flatmap(
    lambda n: st.integers(0, n).map(lambda successes: Proportion(n, successes))
)


@given(treated=groups, control=groups)
def test_rate_difference__any_groups__then_scipys_chi_square(
    treated: Proportion, control: Proportion
) -> None:
    """Pearson's, but for the factor n / (n - 1) of Miettinen and Nurminen."""
    found = rate_difference(treated, control)
    table = np.array([[g.successes, g.n - g.successes] for g in (treated, control)])
    if not table.sum(axis=0).all():
        assert found is None
        return
    n = treated.n + control.n
    theirs = stats.chi2_contingency(table, correction=False).statistic
    assert found is not None
    assert found.z**2 == pytest.approx(theirs * (n - 1) / n, abs=1e-9)


@given(treated=groups, control=groups, z=st.floats(0.5, 6))
def test_bounds__any_groups__then_clear_of_no_effect_exactly_where_the_test_is(
    treated: Proportion, control: Proportion, z: float
) -> None:
    found = rate_difference(treated, control)
    ends = found.bounds(z) if found else None
    if found is None or ends is None or abs(abs(found.z) - z) < 1e-6:
        return
    low, high = ends
    assert -1 <= low <= found.value + 1e-9 and found.value - 1e-9 <= high <= 1
    assert (low > 0 or high < 0) == (abs(found.z) > z)
    for end in ends:
        if -1 < end < 1:  # as far from the estimate as z standard errors, were it the truth
            gap = (found.value - end) ** 2
            assert gap == pytest.approx(z * z * found.variance.at(end), rel=1e-6, abs=1e-9)


def test_implied_variance__of_the_true_effect__then_that_of_many_experiments() -> None:
    rng = np.random.default_rng(2)
    t, c = rng.binomial(2_000, 0.09, 40_000), rng.binomial(500, 0.05, 40_000)
    seen = (t / 2_000 - c / 500).var()
    said = np.mean([implied_variance(Proportion(2_000, int(a)), Proportion(500, int(b))).at(0.04)
                    for a, b in zip(t[:4_000], c[:4_000], strict=True)])  # fmt: skip
    assert said == pytest.approx(seen, rel=0.03)


def test_implied_variance__of_strata__then_it_adds() -> None:
    one = implied_variance(Proportion(50, 5), Proportion(60, 9), 0.3)
    other = implied_variance(Proportion(500, 80), Proportion(90, 9), 0.7)
    both = one + other
    assert both.at(0.02) == pytest.approx(one.at(0.02) + other.at(0.02))
    assert both + ImpliedVariance() == both


@pytest.mark.parametrize("nobody", [Proportion(), Proportion(5, 0), Proportion(5, 5)])
def test_rate_difference__when_nobody_differs__then_none(nobody: Proportion) -> None:
    assert rate_difference(nobody, nobody) is None
