"""An estimate and how far it may be off."""

from dataclasses import dataclass

from scipy.special import ndtri, stdtrit


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval, in the unit of its estimate.

    `confidence` in (0, 1) is the share of repeated experiments whose interval would hold
    the true value. The estimate need not lie in the middle.
    """

    estimate: float
    low: float
    high: float
    confidence: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the data rule out, at this confidence, that there is no effect."""
        return self.low > 0 or self.high < 0

    @property
    def width(self) -> float:
        """`high` minus `low`."""
        return self.high - self.low

    def covers(self, value: float) -> bool:
        """Whether `value` lies within the interval, ends included."""
        return self.low <= value <= self.high

    def times(self, factor: float) -> "Interval":
        """The interval of `factor` times the quantity. Raises ValueError below 0."""
        if factor < 0:
            raise ValueError(f"factor {factor} is negative")
        low, high = self.low * factor, self.high * factor
        return Interval(self.estimate * factor, low, high, self.confidence)


def normal_quantile(confidence: float) -> float:
    """Standard normal z with `confidence` of the mass in [-z, z].

    Raises ValueError for a confidence outside (0, 1).
    """
    return float(ndtri(_upper_tail(confidence)))


def student_quantile(confidence: float, degrees_of_freedom: float) -> float:
    """As `normal_quantile`, for Student's t with (fractional) degrees of freedom above 0."""
    return float(stdtrit(degrees_of_freedom, _upper_tail(confidence)))


def _upper_tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    return (1 + confidence) / 2
