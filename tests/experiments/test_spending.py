"""Group-sequential bounds against published tables and the multivariate normal distribution."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sqrt

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.experiments.statistics.spending import (
    Spending,
    bounds,
    linear,
    obrien_fleming,
    pocock,
    stopped,
)

SPENDINGS = (obrien_fleming, pocock, linear)
looks = st.lists(st.floats(0.05, 1.0), min_size=1, max_size=4).map(
    lambda steps: [float(each) for each in np.cumsum(steps) / sum(steps)]
)


def by(spending: Spending, times: list[float], alpha: float = 0.05) -> tuple[float, ...]:
    return bounds(times, [spending(alpha, each) for each in times])


# Reboussin, DeMets, Kim and Lan (2000), Controlled Clinical Trials 21:190-207, two-sided 0.05,
# equally spaced looks.
@pytest.mark.parametrize(
    ("spending", "wanted"),
    [
        (obrien_fleming, (2.9626, 1.9686)),
        (obrien_fleming, (4.3326, 2.9631, 2.3590, 2.0141)),
        (obrien_fleming, (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        (pocock, (2.1570, 2.2010)),
        (pocock, (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_bounds__looks_equally_far_apart__then_the_published_ones(
    spending: Spending, wanted: tuple[float, ...]
) -> None:
    times = [(look + 1) / len(wanted) for look in range(len(wanted))]
    assert by(spending, times) == pytest.approx(wanted, abs=1.5e-4)


@settings(max_examples=15, deadline=None)
@given(times=looks, spending=st.sampled_from(SPENDINGS), alpha=st.sampled_from([0.01, 0.05, 0.2]))
def test_bounds__any_looks__then_the_multivariate_normal_stops_as_often(
    times: list[float], spending: Spending, alpha: float
) -> None:
    """Independent: scipy integrates the joint distribution of the z over the box of going on."""
    limits = by(spending, times, alpha)
    reached = [limit for limit in limits if limit < inf]
    kept = [i for i, limit in enumerate(limits) if limit < inf]
    correlation = [[sqrt(min(times[i], times[j]) / max(times[i], times[j])) for j in kept]
                   for i in kept]  # fmt: skip
    joint = scipy.stats.multivariate_normal(np.zeros(len(kept)), correlation, allow_singular=True)
    on = joint.cdf(np.array(reached), lower_limit=-np.array(reached))
    assert 1 - on == pytest.approx(spending(alpha, times[-1]), abs=3e-4)
    assert stopped(times, limits, 0.0) == pytest.approx(spending(alpha, times[-1]), abs=1e-6)


@pytest.mark.parametrize("growth", [1.02, 1.001, 1.0001, 1.0000001])
def test_bounds__next_to_nothing_came_between_looks__then_as_if_only_the_last_of_them_was_taken(
    growth: float,
) -> None:
    spent = (obrien_fleming(0.05, 0.5), obrien_fleming(0.05, 0.75), 0.05)
    found = bounds([1_000.0, 1_000 * growth, 1_000 * growth**2], spent)
    apart = 0.6 * sqrt(max(growth, 1.0004) - 1)  # Siegmund (1985): of looks so near each other
    for limit, total in zip(found, spent, strict=True):
        alone = float(scipy.stats.norm.isf(total / 2))
        assert alone - 1e-6 <= limit <= alone + apart


def test_bounds__later_looks_added__then_those_before_stay() -> None:
    times = [0.1, 0.25, 0.3, 0.7, 1.0]
    whole = by(obrien_fleming, times)
    for n in range(1, len(times)):
        assert by(obrien_fleming, times[:n]) == pytest.approx(whole[:n], abs=1e-9)
    scaled = bounds([each * 4e6 for each in times], [obrien_fleming(0.05, x) for x in times])
    assert scaled == pytest.approx(whole, abs=1e-7)


def test_bounds__nothing_may_be_spent_yet__then_infinite_and_the_next_gets_all() -> None:
    limits = bounds([0.5, 1.0], [0.0, 0.05])
    assert limits[0] == inf
    assert limits[1] == pytest.approx(scipy.stats.norm.isf(0.025), abs=1e-6)


def test_stopped__with_an_effect__then_the_power_of_a_walk_on_a_computer() -> None:
    """14 looks lose little: a walk of 200,000 experiments, and one look's exact power."""
    times = [(look + 1) / 14 for look in range(14)]
    limits, drift = by(obrien_fleming, times), 2.8015852
    steps = np.random.default_rng(4).normal(drift / 14, sqrt(1 / 14), (200_000, 14))
    z = np.abs(steps.cumsum(axis=1)) / np.sqrt(times)
    seen = (z >= np.array(limits)).any(axis=1).mean()
    assert stopped(times, limits, drift) == pytest.approx(seen, abs=3e-3)
    fixed = stopped([1.0], [scipy.stats.norm.isf(0.025)], drift)
    assert fixed == pytest.approx(0.8, abs=1e-5)
    assert seen > 0.92 * fixed


@pytest.mark.parametrize("spending", SPENDINGS)
def test_spending__from_start_to_end__then_from_nothing_to_alpha_never_falling(
    spending: Spending,
) -> None:
    spent = [spending(0.05, share) for share in np.linspace(-0.1, 1.2, 40)]
    assert spent[0] == 0.0
    assert spent[-1] == pytest.approx(0.05)
    assert (np.diff(spent) >= 0).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bounds([0.5], []), "1 looks but 0"),
        (lambda: bounds([0.5, 0.5], [0.01, 0.02]), "must grow"),
        (lambda: bounds([0.0], [0.01]), "must grow"),
        (lambda: bounds([0.5, 1], [0.02, 0.01]), "never falls"),
        (lambda: bounds([1], [1.0]), "not below 1"),
    ],
)
def test_bounds__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
