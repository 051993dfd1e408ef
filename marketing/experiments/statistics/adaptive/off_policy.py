"""What another policy would have earned, from the log of the one that ran.

A log holds for each decision the propensity of every arm at that moment, the arm that was
drawn and the reward that came. A decision counts by its weight: the target's probability
of the drawn arm over the logged one. Sources: Horvitz and Thompson (1952), JASA 47:663-685
(IPS); Swaminathan and Joachims, NIPS 2015 (SNIPS); Dudík, Langford and Li, ICML 2011 (DR);
Kish (1965), "Survey Sampling" (effective sample).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.interval import Interval, student_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

MIN_EFFECTIVE_SAMPLE = 100.0
"""Decisions that the weighted ones are worth below which no value is given."""


@dataclass(frozen=True, eq=False)
class Log:
    """`propensities` float64[n, k] with rows adding up to 1, `arms` int[n], `rewards` float[n].

    Raises ValueError for shapes that differ, arms that are not there, an arm drawn with
    propensity 0 and rewards that are not finite.
    """

    propensities: Floats
    arms: Ints
    rewards: Floats

    def __post_init__(self) -> None:
        _check_policy(self.propensities, self.propensities.shape)
        n, k = self.propensities.shape
        if self.arms.shape != (n,) or self.rewards.shape != (n,):
            raise ValueError(f"arms {self.arms.shape}, rewards {self.rewards.shape} for {n}")
        if not np.issubdtype(self.arms.dtype, np.integer):
            raise ValueError(f"arms are {self.arms.dtype}, not whole numbers")
        if n and not (self.arms.min() >= 0 and self.arms.max() < k):
            raise ValueError("an arm is not among the propensities")
        if not np.isfinite(self.rewards).all() or not self.of_drawn(self.propensities).all():
            raise ValueError("a reward is not finite or an arm was drawn with propensity 0")

    def of_drawn(self, table: Floats) -> Floats:
        """The entries float64[n] of float64[n, k] that belong to the drawn arms."""
        return np.asarray(table[np.arange(len(self.arms)), self.arms], np.float64)


class Reason(StrEnum):
    """Why no value is given."""

    NO_SUPPORT = "no_support"
    EFFECTIVE_SAMPLE = "effective_sample"


@dataclass(frozen=True, slots=True)
class Refused:
    """The log cannot say what the target would earn.

    `no_support`: in `unsupported` decisions the target may take an arm that could not be
    drawn. `effective_sample`: the weighted decisions are worth fewer than `minimum`.
    """

    reason: Reason
    effective_sample: float
    minimum: float
    unsupported: int


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """Expected reward a decision under the target, in the rewards' unit.

    `effective_sample` in (0, n]: how many unweighted decisions the log is worth for it.
    """

    interval: Interval
    standard_error: float
    effective_sample: float


def ips(
    log: Log, target: Floats, confidence: float = 0.95, minimum: float = MIN_EFFECTIVE_SAMPLE
) -> PolicyValue | Refused:
    """Inverse propensity scoring: mean of weight times reward. Unbiased, widest.

    `target` float64[n, k]: the probabilities with which the target would take each arm in
    each decision; it must not have been made of these rewards. Refused where an arm of the
    target has no support or the effective sample is below `minimum` (at least 2). Raises
    ValueError for a target of another shape or whose rows do not add up to 1.
    """
    weights = _weights(log, target, minimum)
    if isinstance(weights, Refused):
        return weights
    return _mean(weights * log.rewards, weights, confidence)


def snips(
    log: Log, target: Floats, confidence: float = 0.95, minimum: float = MIN_EFFECTIVE_SAMPLE
) -> PolicyValue | Refused:
    """Self-normalised IPS: weighted mean reward. A bias of order 1 / n, within the rewards'
    range, unmoved by adding a constant to all; the standard error by the delta method.
    Arguments, refusals and errors as for `ips`."""
    weights = _weights(log, target, minimum)
    if isinstance(weights, Refused):
        return weights
    total = float(weights.sum())
    value = float(weights @ log.rewards) / total
    error = float(np.sqrt(np.sum((weights * (log.rewards - value)) ** 2))) / total
    return _value(value, error, weights, confidence)


def doubly_robust(
    log: Log,
    target: Floats,
    predictions: Floats,
    confidence: float = 0.95,
    minimum: float = MIN_EFFECTIVE_SAMPLE,
) -> PolicyValue | Refused:
    """A model's value of the target, corrected by the weighted errors that the model made.

    `predictions` float64[n, k]: the reward expected of each arm, from a model that did not
    see these decisions' rewards. Unbiased whatever the model, and the narrower the better it
    is. Arguments, refusals and errors as for `ips`; ValueError for predictions not finite.
    """
    if predictions.shape != log.propensities.shape or not np.isfinite(predictions).all():
        raise ValueError(f"predictions {predictions.shape} or one is not finite")
    weights = _weights(log, target, minimum)
    if isinstance(weights, Refused):
        return weights
    errors = weights * (log.rewards - log.of_drawn(predictions))
    return _mean((target * predictions).sum(axis=1) + errors, weights, confidence)


def effective_sample(weights: Floats) -> float:
    """Kish's (sum w)^2 / sum w^2 of weights float64[n] at least 0; 0.0 if all are 0."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def _weights(log: Log, target: Floats, minimum: float) -> Floats | Refused:
    _check_policy(target, log.propensities.shape)
    if not minimum >= 2:
        raise ValueError(f"a minimum of {minimum} effective decisions is below 2")
    weights = log.of_drawn(target) / log.of_drawn(log.propensities)
    worth = effective_sample(weights)
    unsupported = int(((target > 0) & (log.propensities == 0)).any(axis=1).sum())
    if unsupported:
        return Refused(Reason.NO_SUPPORT, worth, minimum, unsupported)
    if worth < minimum:
        return Refused(Reason.EFFECTIVE_SAMPLE, worth, minimum, 0)
    return weights


def _mean(scores: Floats, weights: Floats, confidence: float) -> PolicyValue:
    error = float(scores.std(ddof=1)) / sqrt(len(scores))
    return _value(float(scores.mean()), error, weights, confidence)


def _value(value: float, error: float, weights: Floats, confidence: float) -> PolicyValue:
    worth = effective_sample(weights)
    reach = student_quantile(confidence, worth - 1) * error
    interval = Interval(value, value - reach, value + reach, confidence)
    return PolicyValue(interval, error, worth)


def _check_policy(policy: Floats, shape: tuple[int, ...]) -> None:
    if policy.ndim != 2 or policy.shape != shape or not policy.shape[1]:
        raise ValueError(f"a policy of shape {policy.shape} for {shape}")
    if not (np.isfinite(policy).all() and (policy >= 0).all()):
        raise ValueError("a probability is negative or not finite")
    if not (np.abs(policy.sum(axis=1) - 1) < 1e-6).all():
        raise ValueError("the probabilities of a decision do not add up to 1")
