"""Differences of rates by the variance that each supposed effect implies.

A small group's sample variance is low just when its rate happens to be: a test that divides by it
finds too much, the more so the smaller one group is and the more often one looks (a holdout of a
tenth, two in a hundred converting, 14 looks: about 8 % false findings instead of 5;
`bench.experiments` counts both). Here the rates are what both groups together show, moved apart by
the supposed effect. Source: Mee (1984), Biometrics 40:1175-1176; Miettinen and Nurminen (1985),
Statistics in Medicine 4:213-226 (the factor n / (n - 1)).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtr

from marketing.experiments.statistics.interval import normal_quantile
from marketing.experiments.statistics.sufficient import Proportion


@dataclass(frozen=True, slots=True)
class ImpliedVariance:
    """Of the estimate, were the effect x: ``level + slope x + bend x^2``. Adds over strata."""

    level: float = 0.0
    slope: float = 0.0
    bend: float = 0.0

    def __add__(self, other: ImpliedVariance) -> ImpliedVariance:
        return ImpliedVariance(
            self.level + other.level, self.slope + other.slope, self.bend + other.bend
        )

    def at(self, effect: float) -> float:
        return self.level + self.slope * effect + self.bend * effect * effect

    def bounds(self, estimate: float, z: float) -> tuple[float, float] | None:
        """The effects within [-1, 1] from which ``estimate`` is ``z`` standard errors away.

        They hold 0 exactly if |estimate| <= z sqrt(level). None where nobody differs.
        """
        if self.level <= 0 or self.at(estimate) < -1e-12:
            return None
        a, b = 1 - z * z * self.bend, estimate + z * z * self.slope / 2
        root = sqrt(max(b * b - a * (estimate**2 - z * z * self.level), 0.0))
        return max((b - root) / a, -1.0), min((b + root) / a, 1.0)


def implied_variance(
    treated: Proportion, control: Proportion, weight: float = 1.0
) -> ImpliedVariance:
    """Of ``weight`` times the difference of the two rates; both groups have somebody."""
    n_t, n_c = treated.n, control.n
    n = n_t + n_c
    rate = (treated.successes + control.successes) / n
    up, down = n_c / n, n_t / n  # the treated's rate is rate + up x, the control's rate - down x
    scale = weight * weight * n / (n - 1)
    return ImpliedVariance(
        scale * rate * (1 - rate) * (1 / n_t + 1 / n_c),
        scale * (1 - 2 * rate) * (up / n_t - down / n_c),
        -scale * (up**2 / n_t + down**2 / n_c),
    )


def variance_at(treated: Proportion, control: Proportion, keep: float) -> float:
    """Of the treated's rate minus ``keep`` times the control's, were that 0; both have somebody.

    The rates are what both groups together show. With ``keep`` 1 it is ``implied_variance``'s
    level. Source: Dunnett and Gent (1977), Biometrics 33:593-602.
    """
    n = treated.n + control.n
    rate = (treated.successes + control.successes) / (control.n + keep * treated.n)
    other = min(keep * rate, 1.0)
    parts = other * (1 - other) / treated.n + keep * keep * rate * (1 - rate) / control.n
    return max(parts, 0.0) * n / (n - 1)


@dataclass(frozen=True, slots=True)
class RateDifference:
    """``value``: treated minus control. ``z``: in standard errors, were there no effect.

    ``people``: of both groups together.
    """

    value: float
    z: float
    variance: ImpliedVariance
    people: int

    def bounds(self, z: float) -> tuple[float, float] | None:
        """Clear of 0 exactly if this ``z`` is below ``|self.z|``."""
        return self.variance.bounds(self.value, z)

    def p_value(self) -> float:
        """Two-sided, for one look that was planned before."""
        return float(2 * ndtr(-abs(self.z)))

    def quantile(self, confidence: float) -> float:
        """Standard errors to either side that one planned look takes."""
        return normal_quantile(confidence)


def rate_difference(treated: Proportion, control: Proportion) -> RateDifference | None:
    """None where a group has nobody, or where nobody differs from anybody."""
    if not treated.n or not control.n:
        return None
    variance = implied_variance(treated, control)
    if variance.level <= 0:
        return None
    value = treated.successes / treated.n - control.successes / control.n
    return RateDifference(value, value / sqrt(variance.level), variance, treated.n + control.n)
