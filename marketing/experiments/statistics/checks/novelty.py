"""Does the effect fade with the time since people first saw the treatment?"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from marketing.experiments.statistics.interval import Interval, normal_quantile

Floats = NDArray[np.float64]

NOVELTY_P = 0.001
"""Below this the effect changes with time.

As strict as the split's threshold, for the same reason: it is asked of every experiment, again and
again, and covers the verdict.
"""


@dataclass(frozen=True, slots=True)
class NoveltyCheck:
    """`slope`: change of the effect a day (or week), in the effect's unit, with its `p_value`.

    `early` and `late`: mean effects up to and after the middle of the days; `late_minus_early`
    their difference.
    """

    slope: Interval
    p_value: float
    early: Interval
    late: Interval
    late_minus_early: Interval

    @property
    def failed(self) -> bool:
        """Whether the effect changes with time: `p_value` below `NOVELTY_P`."""
        return self.p_value < NOVELTY_P

    @property
    def fades(self) -> bool:
        """Whether it failed and the effect was larger early, in whichever direction."""
        return self.failed and self.slope.estimate * self.early.estimate < 0

    @property
    def grows(self) -> bool:
        """Whether it failed without fading: people take time to learn the treatment."""
        return self.failed and not self.fades


def check_novelty(
    days: NDArray[np.integer] | Floats, effects: Floats, errors: Floats, confidence: float = 0.95
) -> NoveltyCheck | None:
    """Weighted least squares of the effects on the days since exposure.

    float[n] each: `days` since exposure (or weeks), in any order; `effects`, treated minus
    control on that day; `errors`, their standard errors, above 0, taken as known and as
    independent from day to day. Where the same people return, days are not quite
    independent and the interval is too narrow when what they do one day goes with what they
    do the next. None below two different days. Raises ValueError for lengths that differ, NaN
    or infinity, errors not above 0, and a confidence outside (0, 1). Source: Kohavi, Tang and
    Xu (2020), "Trustworthy Online Controlled Experiments", ch. 3 and 23, for the effect by time;
    the estimator is fixed-effect meta-regression.
    """
    z = normal_quantile(confidence)
    _check(days, effects, errors)
    if len(days) == 0 or days.min() == days.max():
        return None
    weights = 1 / errors**2
    away = days - np.average(days, weights=weights)
    information = float(weights @ away**2)
    slope = float((weights * away) @ effects) / information
    is_early = days <= (days.min() + days.max()) / 2
    early = _mean(effects[is_early], weights[is_early])
    late = _mean(effects[~is_early], weights[~is_early])
    return NoveltyCheck(
        slope=_interval((slope, 1 / sqrt(information)), z, confidence),
        p_value=float(2 * ndtr(-abs(slope) * sqrt(information))),
        early=_interval(early, z, confidence),
        late=_interval(late, z, confidence),
        late_minus_early=_interval(
            (late[0] - early[0], sqrt(early[1] ** 2 + late[1] ** 2)), z, confidence
        ),
    )


def _mean(effects: Floats, weights: Floats) -> tuple[float, float]:
    """Inverse-variance mean and its standard error."""
    return float(np.average(effects, weights=weights)), 1 / sqrt(float(weights.sum()))


def _interval(found: tuple[float, float], z: float, confidence: float) -> Interval:
    estimate, error = found
    return Interval(estimate, estimate - z * error, estimate + z * error, confidence)


def _check(days: NDArray[np.integer] | Floats, effects: Floats, errors: Floats) -> None:
    if days.ndim != 1 or not days.shape == effects.shape == errors.shape:
        raise ValueError(f"days {days.shape}, effects {effects.shape}, errors {errors.shape}")
    if not all(np.isfinite(each).all() for each in (days, effects, errors)):
        raise ValueError("days, effects or errors hold NaN or infinity")
    if len(errors) and not errors.min() > 0:
        raise ValueError("an error is not above 0")
