"""Who gets which arm by who they are: a logistic bandit with a normal posterior an arm.

Each arm has a logistic regression of conversion on the person's features, its weights
normal a posteriori by Laplace's approximation; a batch's posterior is the next one's prior.
A person's score in an arm is then normal, and the chances that each arm is the best for
that person are integrals: the propensities need no dice and can be logged exactly. Sources:
Chapelle and Li, "An empirical evaluation of Thompson sampling", NIPS 2011, algorithm 3
(here with the full covariance); MacKay (1992), Neural Computation 4:720-736.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import expit

from marketing.experiments.statistics.adaptive.allocation import allocate
from marketing.experiments.statistics.adaptive.normals import best_of_normals

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_STEPS, _TOLERANCE = 100, 1e-10


@dataclass(frozen=True, eq=False)
class LogisticPosterior:
    """Normal weights of one arm: `mean` float64[d], `precision` float64[d, d] (inverse
    covariance, symmetric, positive definite). Raises ValueError for anything else."""

    mean: Floats
    precision: Floats

    def __post_init__(self) -> None:
        d = len(self.mean)
        if self.mean.ndim != 1 or not d or self.precision.shape != (d, d):
            raise ValueError(f"mean {self.mean.shape}, precision {self.precision.shape}")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.precision).all()):
            raise ValueError("a posterior is not finite")
        if not np.allclose(self.precision, self.precision.T):
            raise ValueError("the precision is not symmetric")
        if not np.linalg.eigvalsh(self.precision)[0] > 0:
            raise ValueError("the precision is not positive definite")

    @classmethod
    def prior(cls, dimensions: int, deviation: float = 1.0) -> "LogisticPosterior":
        """Independent weights about 0; `deviation` above 0 in log odds per unit of feature."""
        if dimensions < 1 or not deviation > 0:
            raise ValueError(f"{dimensions} dimensions of deviation {deviation}")
        return cls(np.zeros(dimensions), np.eye(dimensions) / deviation**2)

    def updated(
        self, features: Floats, converted: Bools, weights: Floats | None = None
    ) -> "LogisticPosterior":
        """The posterior after a batch: features float64[n, d], answers bool[n].

        `weights` float64[n] at least 0 count a person as a part of one: a young exposure
        that has not converted as F(d), see `delay`; None counts everybody whole. The mean is
        the mode, by Newton's method; the precision grows by the likelihood's curvature there.
        An empty batch changes nothing. Build on matured batches only: a young one, weighted,
        is for today's shares and is counted anew, whole, once it has matured. Raises
        ValueError for shapes that differ, features not finite, weights that are negative or
        not finite, answers not bool.
        """
        x = _features(features, len(self.mean))
        w = np.ones(len(x)) if weights is None else weights
        _check_answers(x, converted, w)
        mean = _mode(self, x, converted, w)
        return LogisticPosterior(mean, self.precision + _curvature(mean, x, w))

    def scores(self, features: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation float64[n] of people's log odds; features float64[n, d]."""
        x = _features(features, len(self.mean))
        root = np.linalg.cholesky(self.precision)
        spread = solve_triangular(root, x.T, lower=True)
        return x @ self.mean, np.sqrt((spread**2).sum(axis=0))


def propensities(
    arms: Sequence[LogisticPosterior], features: Floats, floor: float = 0.0, uniform: float = 0.0
) -> Floats:
    """Shares float64[n, k] by which each person's arm is to be drawn, rows exactly 1.

    The probability that the arm's rate is the person's highest, arms independent, with
    `floor` and `uniform` slice of `allocation.allocate`: log these rows, `off_policy` reads
    them. A person whose features are all 0 gets equal shares. `features` float64[n, d].
    Raises ValueError for no arms and as `allocate` does.
    """
    if not arms:
        raise ValueError("no arms")
    pairs = [arm.scores(features) for arm in arms]
    mean = np.stack([mean for mean, _ in pairs], axis=1)
    deviation = np.stack([deviation for _, deviation in pairs], axis=1)
    unknown = (deviation == 0).all(axis=1)
    deviation[unknown] = 1.0  # the features say nothing: all scores are 0
    return allocate(best_of_normals(mean, deviation), floor, uniform)


def _mode(prior: LogisticPosterior, x: Floats, converted: Bools, w: Floats) -> Floats:
    at = prior.mean
    for _ in range(_STEPS):
        slope = prior.precision @ (at - prior.mean) + x.T @ (w * (expit(x @ at) - converted))
        step = np.linalg.solve(prior.precision + _curvature(at, x, w), slope)
        reach = 1.0
        # Halved until it descends: the loss is convex, a whole step may overshoot.
        while reach > _TOLERANCE and not (
            _loss(prior, at - reach * step, x, converted, w) <= _loss(prior, at, x, converted, w)
        ):
            reach /= 2
        at = at - reach * step
        if np.abs(step).max() <= _TOLERANCE:
            break
    return np.asarray(at, np.float64)


def _loss(prior: LogisticPosterior, at: Floats, x: Floats, converted: Bools, w: Floats) -> float:
    gap, odds = at - prior.mean, x @ at
    return float(gap @ prior.precision @ gap / 2 + w @ (np.logaddexp(0, odds) - converted * odds))


def _curvature(at: Floats, x: Floats, w: Floats) -> Floats:
    rate = expit(x @ at)
    return np.asarray((x * (w * rate * (1 - rate))[:, None]).T @ x, np.float64)


def _features(features: Floats, dimensions: int) -> Floats:
    if features.ndim != 2 or features.shape[1] != dimensions:
        raise ValueError(f"features {features.shape} for {dimensions} dimensions")
    if not np.isfinite(features).all():
        raise ValueError("a feature is not finite")
    return features.astype(np.float64)


def _check_answers(x: Floats, converted: Bools, weights: Floats) -> None:
    if converted.shape != (len(x),) or weights.shape != (len(x),):
        raise ValueError(f"answers {converted.shape}, weights {weights.shape} for {len(x)}")
    if converted.dtype != np.bool_:
        raise ValueError(f"answers are {converted.dtype}, not bool")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("a weight is negative or not finite")
