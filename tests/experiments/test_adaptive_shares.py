"""Thompson probabilities and shares: against scipy, brute force and closed forms."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from marketing.experiments.statistics.adaptive.allocation import allocate, pick
from marketing.experiments.statistics.adaptive.normals import best_of_normals
from marketing.experiments.statistics.adaptive.thompson import (
    best_of_means,
    best_of_rates,
    top_two,
)
from marketing.experiments.statistics.sufficient import Mean

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda p: sum(p) > 0)
counts = st.integers(0, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def _first_beats_second(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Closed form for two Beta(1 + successes, 1 + failures), Miller (2015)."""
    a1, b1 = 1 + a[0], 1 + a[1] - a[0]
    a2, b2 = 1 + b[0], 1 + b[1] - b[0]
    i = np.arange(a1)
    logs = betaln(a2 + i, b1 + b2) - np.log(b1 + i) - betaln(1 + i, b1) - betaln(a2, b2)
    return float(np.exp(logs).sum())


@given(first=counts, second=counts)
def test_best_of_rates__two_arms__then_the_closed_form(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    ours = best_of_rates(*np.array([first, second], np.float64).T)
    assert ours[0] == pytest.approx(_first_beats_second(first, second), abs=1e-6)
    assert ours.sum() == pytest.approx(1, abs=1e-12)


def test_best_of_rates__four_arms__then_scipys_draws() -> None:
    successes, trials = np.array([30.0, 41, 3, 0]), np.array([400.0, 520, 31, 12])
    arms = [
        scipy.stats.beta(1 + s, 1 + n - s).rvs(400_000, random_state=i)
        for i, (s, n) in enumerate(zip(successes, trials, strict=True))
    ]
    drawn = np.bincount(np.argmax(arms, axis=0), minlength=4) / 400_000
    assert best_of_rates(successes, trials) == pytest.approx(drawn, abs=0.004)


def test_best_of_rates__many_batches__then_each_as_alone() -> None:
    rng = np.random.default_rng(1)
    trials = rng.integers(1, 900, (50, 2, 3)).astype(np.float64)
    successes = np.floor(trials * rng.random((50, 2, 3)) * 0.2)
    together = best_of_rates(successes, trials)
    alone = best_of_rates(successes[7, 1], trials[7, 1])
    assert together.shape == (50, 2, 3)
    assert together[7, 1] == pytest.approx(alone, abs=1e-12)


def test_best_of_rates__fractional_trials_below_successes__then_no_failure_counts() -> None:
    ours = best_of_rates(np.array([3.0, 0.0]), np.array([1.4, 0.0]))
    assert ours[0] == pytest.approx(4 / 5)  # Beta(4, 1) over Beta(1, 1): 1 - 1/5


def test_best_of_rates__a_prior__then_shrinks_towards_it() -> None:
    flat = best_of_rates(np.array([5.0, 1.0]), np.array([20.0, 20.0]))
    strong = best_of_rates(np.array([5.0, 1.0]), np.array([20.0, 20.0]), (50.0, 450.0))
    assert flat[0] > strong[0] > 0.5


@pytest.mark.parametrize("n_arms", [1, 2, 3, 4])
@pytest.mark.parametrize("deviation", [[1.0, 1.0, 1.0, 1.0], [0.001, 2.0, 0.3, 0.7]])
@pytest.mark.parametrize(
    "means", [[0.1, 0.0, -0.4, 0.2], [0.0, 0.0, 0.0, 0.0], [5.0, 0.0, 5.0, -9]]
)
def test_best_of_normals__so_many_arms__then_scipys_adaptive_quadrature(
    n_arms: int, deviation: list[float], means: list[float]
) -> None:
    mean, spread = np.array(means[:n_arms]), np.array(deviation[:n_arms])
    arms = [scipy.stats.norm(m, s) for m, s in zip(mean, spread, strict=True)]
    cuts = sorted({m + z * s for m, s in zip(mean, spread, strict=True) for z in range(-9, 10)})
    expected = []
    for i, arm in enumerate(arms):
        rivals = [rival for j, rival in enumerate(arms) if j != i]

        def best(x: float, arm: Any = arm, rivals: Any = rivals) -> float:
            return float(arm.pdf(x) * np.prod([rival.cdf(x) for rival in rivals]))

        parts = [scipy.integrate.quad(best, low, high)[0] for low, high in pairwise(cuts)]
        expected.append(sum(parts))
    assert best_of_normals(mean, spread) == pytest.approx(expected, abs=1e-6)


def test_best_of_means__two_arms__then_the_normal_of_the_difference() -> None:
    rng = np.random.default_rng(4)
    groups = [rng.gamma(2.0, 900.0, 5_000), rng.gamma(2.0, 930.0, 6_000)]
    ours = best_of_means([Mean.of(group) for group in groups])
    first, second = groups
    gap = second.mean() - first.mean()
    error = np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    assert ours is not None
    assert ours[1] == pytest.approx(scipy.stats.norm.cdf(gap / error), abs=2e-3)


def test_best_of_means__an_arm_in_which_nobody_paid__then_neither_certain_nor_none() -> None:
    paid, none = Mean.of(np.array([0, 0, 0, 900] * 5)), Mean.of(np.zeros(8, np.int64))
    ours = best_of_means([paid, none])
    assert ours is not None and 0.001 < ours[1] < 0.5


def test_best_of_means__no_spread_known__then_none() -> None:
    paid = Mean.of(np.array([1, 2, 3]))
    assert best_of_means([paid, Mean(1, 5, 25)]) is None
    assert best_of_means([paid, Mean()]) is None
    assert best_of_means([Mean(3, 0, 0), Mean(4, 0, 0)]) is None


@given(p=probabilities.filter(lambda p: len(p) > 1), leader=st.floats(0.1, 1))
def test_top_two__any_probabilities__then_shares_of_one_whole(
    p: list[float], leader: float
) -> None:
    ours = top_two(np.array(p), leader)
    assert (ours >= 0).all() and ours.sum() == pytest.approx(1)


def test_top_two__three_arms__then_the_sampling_that_it_stands_for() -> None:
    p, rng, n = np.array([0.7, 0.25, 0.05]), np.random.default_rng(2), 200_000
    first = rng.choice(3, n, p=p)
    second = first.copy()
    while (same := second == first).any():
        second[same] = rng.choice(3, int(same.sum()), p=p)
    drawn = np.bincount(np.where(rng.random(n) < 0.6, first, second), minlength=3) / n
    assert top_two(p, 0.6) == pytest.approx(drawn, abs=0.005)


@pytest.mark.parametrize("rest", [0.0, 1e-18, 1e-320])
def test_top_two__a_leader_near_certainty__then_keeps_its_slice_only(rest: float) -> None:
    assert top_two(np.array([1.0, rest, rest]), 0.6) == pytest.approx([0.6, 0.2, 0.2])


@given(rest=st.floats(1e-30, 1e-6), other=st.floats(1e-30, 1e-6))
def test_top_two__a_leader_far_ahead__then_rivals_in_their_odds(rest: float, other: float) -> None:
    ours = top_two(np.array([1.0, rest, other]), 0.6)
    second = 0.4 * np.array([rest, other]) / (rest + other)
    assert ours == pytest.approx([0.6, *second], abs=1e-5)


@given(p=probabilities, slices=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_allocate__any_probabilities__then_one_whole_and_every_floor_holds(
    p: list[float], slices: tuple[float, float]
) -> None:
    k = len(p)
    floor = slices[0] / (k + 1)
    uniform = slices[1] * (1 - k * floor) * 0.999
    shares = allocate(np.array(p), floor, uniform)
    assert sum(shares.tolist()) == sum(shares[::-1].tolist()) == shares.sum() == 1.0
    assert (shares >= floor).all()
    expected = floor + uniform / k + (1 - k * floor - uniform) * (np.array(p) / sum(p))
    assert shares == pytest.approx(expected, abs=1e-11)


def test_allocate__a_row_a_person__then_each_as_alone() -> None:
    p = np.random.default_rng(0).random((40, 3))
    shares = allocate(p, 0.05, 0.1)
    assert (shares.sum(axis=1) == 1).all()
    assert (shares[11] == allocate(p[11], 0.05, 0.1)).all()


def test_pick__evenly_spread_places__then_arms_in_their_shares() -> None:
    places = (np.arange(1_000) + 0.5) / 1_000
    shares = np.array([0.2, 0.0, 0.5, 0.3])
    assert np.bincount(pick(shares, places)).tolist() == [200, 0, 500, 300]
    each = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    assert pick(each, np.array([0.9, 0.0, 0.5])).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: best_of_rates(np.array([]), np.array([])), "successes"),
        (lambda: best_of_rates(np.array([-1.0]), np.array([2.0])), "negative"),
        (lambda: best_of_rates(np.array([1.0]), np.array([np.inf])), "finite"),
        (lambda: best_of_rates(np.array([1.0]), np.array([2.0]), (0.5, 1.0)), "prior"),
        (lambda: best_of_normals(np.array([1.0]), np.array([0.0])), "above 0"),
        (lambda: best_of_means([]), "no arms"),
        (lambda: top_two(np.array([1.0])), "1 arms"),
        (lambda: top_two(np.array([0.5, 0.5]), 0.0), "leader"),
        (lambda: allocate(np.array([])), "no arms"),
        (lambda: allocate(np.array([0.0, 0.0])), "all 0"),
        (lambda: allocate(np.array([0.5, np.nan])), "finite"),
        (lambda: allocate(np.array([0.5, 0.5]), 0.4, 0.3), "exceed 1"),
        (lambda: allocate(np.array([0.5, 0.5]), -0.1), "outside"),
        (lambda: pick(np.array([0.5, 0.5]), np.array([1.0])), "place"),
        (lambda: pick(np.array([0.5, 0.4]), np.array([0.1])), "add up"),
    ],
)
def test_shares__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
