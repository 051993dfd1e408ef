"""An effect and its standard error: what every way of inference starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from scipy.special import ndtr, stdtr

from marketing.experiments.statistics.interval import Interval, normal_quantile, student_quantile
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion


@dataclass(frozen=True, slots=True)
class Estimate:
    """Treated minus control, approximately normal with the standard error ``error`` above 0.

    ``people``: of both groups together. ``freedom``: degrees of the variance, for one look at few
    people.
    """

    value: float
    error: float
    people: int
    freedom: float = inf

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
        away = -abs(self.value - null) / self.error
        return float(2 * (ndtr(away) if self.freedom == inf else stdtr(self.freedom, away)))

    def within(self, z: float, confidence: float) -> Interval:
        """``value`` with ``z`` standard errors to either side; infinite where ``z`` is."""
        return Interval(
            self.value, self.value - z * self.error, self.value + z * self.error, confidence
        )

    def bounds(self, z: float) -> tuple[float, float]:
        """The effects from which the estimate is ``z`` standard errors away."""
        return self.value - z * self.error, self.value + z * self.error

    def quantile(self, confidence: float) -> float:
        """Standard errors to either side that one planned look takes."""
        if self.freedom == inf:
            return normal_quantile(confidence)
        return student_quantile(confidence, self.freedom)

    def interval(self, confidence: float = 0.95) -> Interval:
        """For one look that was planned before."""
        return self.within(self.quantile(confidence), confidence)


def coefficient_of(groups: Sequence[Pairs]) -> float:
    """How much of ``y`` comes with a unit of ``x``, within the groups; 0 without a spread."""
    spread = sum((each.n - 1) * each.variance_x for each in groups)
    together = sum((each.n - 1) * each.covariance for each in groups)
    return together / spread if spread > 0 else 0.0


def relative(treated: Mean | Proportion, control: Mean | Proportion) -> Estimate | None:
    """The lift as a share of the control's mean (0.1 = ten per cent more), by the delta method.

    None where the control's mean is not above 0, with fewer than two people in a group, or where
    nobody differs.
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
