"""Posteriors of rates and means, and how likely the treated are better.

The chance to be better is no rule to stop by: looked at every day, "95 % sure" declares a winner
far too often where there is none (`bench.experiments` counts it).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi, sqrt
from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr

from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Mean, Proportion

_NODES, _WEIGHTS = leggauss(200)
# In standard normal deviations; beyond lies less than rounding.
_FAR = 8.0
_MOST_PANELS = 40


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """As if ``successes`` of ``successes + failures`` people had been seen; uniform by default."""

    successes: float = 1.0
    failures: float = 1.0


@dataclass(frozen=True, slots=True)
class MeanPrior:
    """Normal-inverse-gamma: as if ``people`` with this ``mean`` had been seen, and the variance
    were about ``scale / shape``. Nearly silent by default.
    """

    mean: float = 0.0
    people: float = 1e-6
    shape: float = 1e-3
    scale: float = 1e-3


@dataclass(frozen=True, slots=True)
class Belief:
    """``better``: probability that the treated's value is higher. ``loss``: what is expected to be
    lost by choosing the treated where they are worse. ``interval``: credible, of the difference.
    """

    better: float
    loss: float
    interval: Interval


def belief_of_rates(
    treated: Proportion, control: Proportion, prior: BetaPrior | None = None, mass: float = 0.95
) -> Belief:
    """Beta-binomial. Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed., sec. 2.4."""
    held = prior or BetaPrior()
    one, other = (
        stats.beta(held.successes + each.successes, held.failures + each.n - each.successes)
        for each in (treated, control)
    )
    return _belief(one, other, mass)


def belief_of_means(
    treated: Mean, control: Mean, prior: MeanPrior | None = None, mass: float = 0.95
) -> Belief | None:
    """Normal with unknown variance; None below two people in a group.

    Source: Murphy (2007), *Conjugate Bayesian analysis of the Gaussian distribution*, sec. 6.
    """
    if treated.n < 2 or control.n < 2:
        return None
    held = prior or MeanPrior()
    return _belief(_student(treated, held), _student(control, held), mass)


def _student(group: Mean, prior: MeanPrior) -> Any:
    """The marginal posterior of the mean."""
    weight = prior.people + group.n
    average = group.total / group.n
    shape = prior.shape + group.n / 2
    spread = (group.variance or 0.0) * (group.n - 1) / 2
    shift = prior.people * group.n * (average - prior.mean) ** 2 / (2 * weight)
    scale = prior.scale + spread + shift
    centre = (prior.people * prior.mean + group.total) / weight
    return stats.t(2 * shape, loc=centre, scale=sqrt(scale / (shape * weight)))


def _belief(treated: Any, control: Any, mass: float) -> Belief:
    """Of two independent posteriors, integrated over one by its quantiles at normal ones: smooth to
    the ends, whatever the posterior's shape.
    """
    if not 0 < mass < 1:
        raise ValueError(f"mass {mass} is not between 0 and 1")
    # Of very different groups the one's distribution function is a cliff in the other's range.
    ratio = sqrt(float(treated.var() / control.var()))
    panels = ceil(min(max(ratio, 1 / ratio), _MOST_PANELS))
    (ours, weights), (theirs, _same) = _quantiles(treated, panels), _quantiles(control, panels)

    def below(difference: float) -> float:
        """P(treated - control <= difference), over the side on which no rate falls below 0, where
        its distribution function has a kink.
        """
        if difference < 0:
            return float(weights @ control.sf(ours - difference))
        return float(weights @ treated.cdf(theirs + difference))

    middle = float(treated.mean() - control.mean())
    reach = 12 * sqrt(float(treated.var() + control.var()))
    low, high = (
        float(brentq(lambda d, tail=tail: below(d) - tail, middle - reach, middle + reach))
        for tail in ((1 - mass) / 2, (1 + mass) / 2)
    )
    loss = _loss(below, middle - reach)
    return Belief(1 - below(0.0), loss, Interval(middle, low, high, mass))


def _quantiles(held: Any, panels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(points, weights), float64[200 panels] each: sums of weights are integrals over ``held``."""
    half = _FAR / panels
    middles = np.linspace(half - _FAR, _FAR - half, panels)
    normal = (middles[:, None] + half * _NODES).ravel()
    density = np.exp(-normal * normal / 2) / sqrt(2 * pi)
    return held.ppf(ndtr(normal)), np.tile(half * _WEIGHTS, panels) * density


def _loss(below: Any, least: float) -> float:
    """E[(control - treated)+], the integral of P(treated - control <= d) over d < 0."""
    if least >= 0:
        return 0.0
    points = (_NODES - 1) / 2 * -least
    values = np.array([below(float(point)) for point in points])
    return float(_WEIGHTS @ values) * -least / 2
