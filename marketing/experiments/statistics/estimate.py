"""An effect and its standard error: what every way of inference starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtr

from marketing.experiments.statistics.interval import Interval, normal_quantile
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion


@dataclass(frozen=True, slots=True)
class Estimate:
    """Treated minus control, approximately normal with the standard error ``error`` above 0.

    ``people``: of both groups together.
    """

    value: float
    error: float
    people: int

    def __post_init__(self) -> None:
        if not self.error > 0:
            raise ValueError(f"standard error {self.error}")

    @property
    def z(self) -> float:
        """In standard errors from no effect."""
        return self.value / self.error

    @property
    def information(self) -> float:
        """1 / squared standard error; grows as people come."""
        return 1 / (self.error * self.error)

    def p_value(self, null: float = 0.0) -> float:
        """Two-sided, for one look that was planned before."""
        return float(2 * ndtr(-abs(self.value - null) / self.error))

    def within(self, z: float, confidence: float) -> Interval:
        """``value`` with ``z`` standard errors to either side; infinite where ``z`` is."""
        return Interval(
            self.value, self.value - z * self.error, self.value + z * self.error, confidence
        )

    def interval(self, confidence: float = 0.95) -> Interval:
        """For one look that was planned before."""
        return self.within(normal_quantile(confidence), confidence)


def of_means(treated: Mean | Proportion, control: Mean | Proportion) -> Estimate | None:
    """Difference of means or of rates, variances apart, with n - 1 for either.

    Rates of a small group want `score.rate_difference` instead, the more so at many looks. None
    below two people in a group, or where nobody differs from anybody in either.
    """
    a, b = _spread(treated), _spread(control)
    if a is None or b is None or a[1] + b[1] <= 0:
        return None
    return Estimate(a[0] - b[0], sqrt(a[1] + b[1]), treated.n + control.n)


def of_ratios(treated: Pairs, control: Pairs) -> Estimate | None:
    """Difference of ratios of means (a person's ``y`` over ``x``, as clicks over views).

    By the delta method; None where a group has under two people, no ``x``, or neither varies.
    Source: Deng, Knoblich and Lu, KDD 2018, eq. 2-3.
    """
    a, b = _ratio(treated), _ratio(control)
    if a is None or b is None or a[1] + b[1] <= 0:
        return None
    return Estimate(a[0] - b[0], sqrt(a[1] + b[1]), treated.n + control.n)


def of_adjusted(treated: Pairs, control: Pairs) -> Estimate | None:
    """Difference of means of ``y`` with what ``x`` from before the exposure explains taken away.

    CUPED with one coefficient for both groups, the pooled within-group one; without a spread of
    ``x`` it is the plain difference. The variance falls by the squared correlation. ``x`` must have
    been fixed before the exposure. Source: Deng, Xu, Kohavi and Walker, WSDM 2013, eq. 4-6.
    """
    if treated.n < 2 or control.n < 2:
        return None
    slope = coefficient(treated, control)
    value = treated.mean_y - control.mean_y - slope * (treated.mean_x - control.mean_x)
    variance = sum(
        (each.variance_y - 2 * slope * each.covariance + slope * slope * each.variance_x) / each.n
        for each in (treated, control)
    )
    if variance <= 0:
        return None
    return Estimate(value, sqrt(variance), treated.n + control.n)


def coefficient(treated: Pairs, control: Pairs) -> float:
    """How much of ``y`` comes with a unit of ``x``, within the groups; 0 without a spread."""
    spread = sum((each.n - 1) * each.variance_x for each in (treated, control))
    together = sum((each.n - 1) * each.covariance for each in (treated, control))
    return together / spread if spread > 0 else 0.0


def of_strata(
    treated: Sequence[Mean | Proportion], control: Sequence[Mean | Proportion]
) -> Estimate | None:
    """Post-stratified: the strata's differences, each weighted by its share of all the people.

    Strata must have been fixed before the exposure. Those without two people in either group are
    left out, and what is estimated is then the effect on the others; None where all are.
    Source: Miratrix, Sekhon and Yu (2013), JRSS B 75:369-396.
    """
    pairs = [(t, c) for t, c in zip(treated, control, strict=True) if t.n > 1 and c.n > 1]
    people = sum(t.n + c.n for t, c in pairs)
    value = variance = 0.0
    for t, c in pairs:
        a, b = _spread(t), _spread(c)
        if a is None or b is None:
            continue
        share = (t.n + c.n) / people
        value += share * (a[0] - b[0])
        variance += share * share * (a[1] + b[1])
    return Estimate(value, sqrt(variance), people) if variance > 0 else None


def relative(treated: Mean | Proportion, control: Mean | Proportion) -> Estimate | None:
    """The lift as a share of the control's mean (0.1 = ten per cent more), by the delta method.

    None where the control's mean is not above 0, and as for `of_means`.
    """
    a, b = _spread(treated), _spread(control)
    if a is None or b is None or b[0] <= 0 or a[1] + b[1] <= 0:
        return None
    error = sqrt(a[1] / b[0] ** 2 + b[1] * a[0] ** 2 / b[0] ** 4)
    return Estimate((a[0] - b[0]) / b[0], error, treated.n + control.n)


def _spread(group: Mean | Proportion) -> tuple[float, float] | None:
    """(mean, squared standard error of the mean)."""
    amounts = group.amounts if isinstance(group, Proportion) else group
    if amounts.mean is None or amounts.squared_error is None:
        return None
    return amounts.mean, amounts.squared_error


def _ratio(group: Pairs) -> tuple[float, float] | None:
    """(ratio, its squared standard error)."""
    if group.n < 2 or group.mean_x == 0:
        return None
    ratio = group.mean_y / group.mean_x
    spread = group.variance_y - 2 * ratio * group.covariance + ratio * ratio * group.variance_x
    return ratio, max(spread, 0.0) / (group.n * group.mean_x**2)
