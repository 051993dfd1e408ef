"""Thompson sampling in batches: the probability that each arm is the best one.

A batch of people split by these probabilities is what Thompson (1933) would do person by
person with the answers known so far. They are integrals, not draws: no dice, and equal
counts give equal shares. Sources: Thompson (1933), Biometrika 25:285-294; Scott (2010),
Applied Stochastic Models in Business and Industry 26:639-658 (randomised probability
matching); Russo, "Simple Bayesian algorithms for best arm identification", COLT 2016.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, xlog1py, xlogy

from marketing.experiments.statistics.adaptive.best import (
    check_probabilities,
    cuts_around,
    probability_best,
)
from marketing.experiments.statistics.adaptive.normals import best_of_normals
from marketing.experiments.statistics.sufficient import Mean

Floats = NDArray[np.float64]

SHARED_PEOPLE = 10
"""People of average spread that each arm's variance is mixed with: an arm in which nobody
has paid yet is not for that reason certain to earn nothing."""


def best_of_rates(
    successes: Floats, trials: Floats, prior: tuple[float, float] = (1.0, 1.0)
) -> Floats:
    """Probability that each arm's conversion rate is the highest, float64[..., k].

    `successes` and `trials` float64[..., k] (trials may be fractions, see `delay`; where
    successes exceed them no failure is counted). The posterior is Beta(prior successes +
    successes, prior failures + failures), arms independent; absolute error below 1e-6.
    Raises ValueError for no arms, negative or infinite counts and a prior below 1.
    """
    _check_counts(successes, trials)
    if min(prior) < 1:
        raise ValueError(f"prior {prior} has a part below 1")
    a = prior[0] + successes.astype(np.float64)
    b = prior[1] + np.maximum(trials - successes, 0.0)
    mean = a / (a + b)
    deviation = np.sqrt(mean * (1 - mean) / (a + b + 1))
    cuts = np.clip(cuts_around(mean, deviation), 0.0, 1.0)
    return probability_best(a, b, cuts, _beta_density, betainc)


def best_of_means(arms: Sequence[Mean]) -> Floats | None:
    """Probability float64[k] that each arm's mean amount is the highest; errors as above.

    The posterior of an arm's mean is normal about the sample mean, its variance over the
    arm's people, the variance mixed with `SHARED_PEOPLE` of the average one of all arms.
    None if an arm has fewer than two people or nobody's amount differs from the arm's
    mean: then the data say nothing about the spread. Raises ValueError for no arms.
    """
    if not arms:
        raise ValueError("no arms")
    variances = [arm.variance for arm in arms]
    own = np.array([v for v in variances if v is not None])
    if len(own) < len(arms) or not own.any():
        return None
    n = np.array([arm.n for arm in arms], np.float64)
    shared = np.sum((n - 1) * own) / np.sum(n - 1)
    mixed = (SHARED_PEOPLE * shared + (n - 1) * own) / (SHARED_PEOPLE + n - 1)
    return best_of_normals(np.array([arm.total for arm in arms]) / n, np.sqrt(mixed / n))


def top_two(probabilities: Floats, leader: float = 0.5) -> Floats:
    """Shares float64[..., k] that tell the best arm from its rivals soonest.

    Made of `probabilities` float64[..., k] of being best: with chance `leader` in (0, 1]
    an arm by Thompson sampling, else sampling again until another arm is best. So a
    leader that is nearly certain keeps about `leader` of the traffic instead of all of it.
    Once it is wholly certain the others share the rest evenly. Source: Russo (2016), section
    3, the closed form of top-two Thompson sampling. Raises ValueError for fewer
    than two arms and for probabilities that are negative, not finite or all 0.
    """
    check_probabilities(probabilities)
    p = np.asarray(probabilities / probabilities.sum(axis=-1, keepdims=True), np.float64)
    k = p.shape[-1]
    if k < 2 or not 0 < leader <= 1:
        raise ValueError(f"top-two of {k} arms with {leader} for the leader")
    others = _sum_of_others(p)  # not 1 - p, which is 0 by rounding for a leader near certainty
    certain = others < np.finfo(np.float64).tiny
    odds = np.divide(p, others, out=np.zeros_like(p), where=~certain)
    second = np.where(
        certain.any(axis=-1, keepdims=True), ~certain / (k - 1), p * _sum_of_others(odds)
    )
    return np.asarray(leader * p + (1 - leader) * second, np.float64)


def _sum_of_others(values: Floats) -> Floats:
    k = values.shape[-1]
    sums = [np.delete(values, i, axis=-1).sum(axis=-1) for i in range(k)]
    return np.asarray(np.stack(sums, axis=-1), np.float64)


def _check_counts(successes: Floats, trials: Floats) -> None:
    if successes.shape != trials.shape or not successes.ndim or not successes.shape[-1]:
        raise ValueError(f"successes {successes.shape} for trials {trials.shape}")
    for counts in (successes, trials):
        if not (np.isfinite(counts).all() and (counts >= 0).all()):
            raise ValueError("a count is negative or not finite")


def _beta_density(a: Floats, b: Floats, x: Floats) -> Floats:
    return np.asarray(np.exp(xlogy(a - 1, x) + xlog1py(b - 1, -x) - betaln(a, b)), np.float64)
