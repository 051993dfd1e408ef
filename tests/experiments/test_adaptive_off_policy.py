"""Values of other policies: against loops, plain means and repeated simulation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from marketing.experiments.statistics.adaptive.off_policy import (
    Log,
    PolicyValue,
    Reason,
    Refused,
    doubly_robust,
    effective_sample,
    ips,
    snips,
)

Floats = NDArray[np.float64]
RATES = np.array([[0.1, 0.3, 0.2], [0.4, 0.1, 0.3]])  # by kind of person and arm
BEST = np.array([[0.0, 1.0, 0.0], [0.8, 0.0, 0.2]])
TRUTH = float((RATES * BEST).sum(axis=1).mean())


def _world(seed: int, n: int) -> tuple[Log, Floats, Floats]:
    """A log of contextual shares, the target and a model that is wrong by a fifth."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, n)
    shares = np.array([[0.5, 0.3, 0.2], [0.3, 0.3, 0.4]])[kind]
    arms = (rng.random(n)[:, None] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)
    rewards = (rng.random(n) < RATES[kind, arms]).astype(np.float64)
    return Log(shares, arms, rewards), BEST[kind], 0.8 * RATES[kind]


def _values(seed: int, n: int) -> list[PolicyValue]:
    log, target, model = _world(seed, n)
    found = [ips(log, target), snips(log, target), doubly_robust(log, target, model)]
    return [value for value in found if isinstance(value, PolicyValue)]


def test_values__a_known_log__then_those_of_a_plain_loop() -> None:
    log, target, model = _world(1, 400)
    weighted, total, corrected = [], 0.0, []
    for i, arm in enumerate(log.arms):
        weight = target[i, arm] / log.propensities[i, arm]
        weighted.append(weight * log.rewards[i])
        total += weight
        said = sum(target[i, a] * model[i, a] for a in range(3))
        corrected.append(said + weight * (log.rewards[i] - model[i, arm]))
    estimates = [value.interval.estimate for value in _values(1, 400)]
    expected = [np.mean(weighted), sum(weighted) / total, np.mean(corrected)]
    assert estimates == pytest.approx(expected)
    errors = [value.standard_error for value in _values(1, 400)]
    assert errors[0] == pytest.approx(scipy.stats.sem(weighted))
    assert errors[2] == pytest.approx(scipy.stats.sem(corrected))


def test_values__the_logging_policy_itself__then_the_plain_mean_and_its_t_interval() -> None:
    log, _, _ = _world(2, 300)
    low, high = scipy.stats.t.interval(0.95, 299, log.rewards.mean(), scipy.stats.sem(log.rewards))
    for value in (ips(log, log.propensities), snips(log, log.propensities)):
        assert isinstance(value, PolicyValue)
        assert value.effective_sample == pytest.approx(300)
        assert value.interval.estimate == pytest.approx(log.rewards.mean())
        assert (value.interval.low, value.interval.high) == pytest.approx((low, high), abs=1e-4)


def test_values__800_logs__then_intervals_hold_the_truth_and_errors_are_the_spread() -> None:
    found = [_values(seed, 1_500) for seed in range(800)]
    estimates = np.array([[v.interval.estimate for v in row] for row in found])
    errors = np.array([[v.standard_error for v in row] for row in found])
    covered = np.mean([[v.interval.covers(TRUTH) for v in row] for row in found], axis=0)
    assert estimates.mean(axis=0) == pytest.approx([TRUTH] * 3, abs=0.003)
    assert errors.mean(axis=0) == pytest.approx(estimates.std(axis=0), rel=0.08)
    assert ((covered > 0.93) & (covered < 0.97)).all()
    assert errors[:, 2].mean() < errors[:, 0].mean()


def test_snips__a_constant_added_to_all_rewards__then_moves_by_it() -> None:
    log, target, _ = _world(3, 500)
    moved = snips(Log(log.propensities, log.arms, log.rewards + 100), target)
    value = snips(log, target)
    assert isinstance(value, PolicyValue) and isinstance(moved, PolicyValue)
    assert moved.interval.estimate == pytest.approx(value.interval.estimate + 100)
    assert moved.interval.width == pytest.approx(value.interval.width)


def test_doubly_robust__a_perfect_model_of_sure_rewards__then_exact() -> None:
    log, target, _ = _world(4, 500)
    sure = np.tile([1.0, 2.0, 3.0], (500, 1))
    exact = Log(log.propensities, log.arms, sure[0, log.arms])
    value = doubly_robust(exact, target, sure)
    assert isinstance(value, PolicyValue)
    assert value.interval.estimate == pytest.approx((target * sure).sum(axis=1).mean())


def test_effective_sample__known_weights__then_kishs() -> None:
    assert effective_sample(np.full(7, 3.0)) == pytest.approx(7)
    assert effective_sample(np.array([5.0, 0, 0])) == pytest.approx(1)
    assert effective_sample(np.array([1.0, 2.0])) == pytest.approx(9 / 5)
    assert effective_sample(np.zeros(3)) == 0


def test_values__an_arm_that_could_not_be_drawn__then_refused_with_the_count() -> None:
    shares = np.tile([0.5, 0.5, 0.0], (600, 1))
    log = Log(shares, np.arange(600) % 2, np.ones(600))
    target = np.tile([1.0, 0.0, 0.0], (600, 1))
    target[:7] = [0.9, 0.0, 0.1]
    for refused in (ips(log, target), snips(log, target), doubly_robust(log, target, shares)):
        assert isinstance(refused, Refused)
        assert (refused.reason, refused.unsupported) == (Reason.NO_SUPPORT, 7)


def test_values__too_small_an_effective_sample__then_refused_with_the_numbers() -> None:
    log, target, _ = _world(5, 120)
    weights = log.of_drawn(target) / log.of_drawn(log.propensities)
    refused = ips(log, target)
    assert refused == Refused(Reason.EFFECTIVE_SAMPLE, effective_sample(weights), 100.0, 0)
    assert isinstance(ips(log, target, minimum=10), PolicyValue)
    empty = Log(np.empty((0, 2)), np.empty(0, np.int64), np.empty(0))
    assert ips(empty, np.empty((0, 2))) == Refused(Reason.EFFECTIVE_SAMPLE, 0.0, 100.0, 0)


HALVES = np.array([[0.5, 0.5]])
ONE = Log(HALVES, np.array([0]), np.array([1.0]))


def _log(shares: Any, arms: Any, rewards: Any) -> Log:
    return Log(np.array(shares), np.array(arms), np.array(rewards))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: _log([[0.5, 0.4]], [0], [1.0]), "add up"),
        (lambda: _log([[1.5, -0.5]], [0], [1.0]), "negative"),
        (lambda: _log([0.5, 0.5], [0], [1.0]), "shape"),
        (lambda: _log([[0.5, 0.5]], [2], [1.0]), "not among"),
        (lambda: _log([[0.5, 0.5]], [0.0], [1.0]), "whole numbers"),
        (lambda: _log([[0.5, 0.5]], [0, 1], [1.0]), "arms"),
        (lambda: _log([[1.0, 0.0]], [1], [1.0]), "propensity 0"),
        (lambda: _log([[0.5, 0.5]], [0], [np.nan]), "finite"),
        (lambda: ips(ONE, np.array([[1.0]])), "shape"),
        (lambda: snips(ONE, HALVES, minimum=1), "below 2"),
        (lambda: doubly_robust(ONE, HALVES, np.array([[np.nan, 0.0]])), "predictions"),
    ],
)
def test_off_policy__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
