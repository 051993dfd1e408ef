"""What was not to be expected: residuals of one-step-ahead forecasts beyond a robust threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Of a normal distribution: standard deviation over median absolute deviation, over mean absolute
# deviation.
_BY_MEDIAN, _BY_MEAN = 1.482602218505602, 1.2533141373155001


@dataclass(frozen=True)
class Judged:
    """score: float64[n], NaN where nothing was expected. centre, spread: of the residuals."""

    score: Floats
    centre: float
    spread: float

    def beyond(self, threshold: float) -> NDArray[np.bool_]:
        return np.abs(np.nan_to_num(self.score)) > threshold


def judged(actual: Floats, expected: Floats) -> Judged:
    """Modified z-scores of ``actual`` - ``expected`` (both float64[n], on the model's scale).

    (residual - median) / (1.4826 MAD), after Iglewicz, Hoaglin: How to Detect and Handle Outliers
    (1993); with the mean absolute deviation where more than half of the residuals are alike. All 0
    if every residual is the same.
    """
    residual = actual - expected
    known = residual[np.isfinite(residual)]
    if not len(known):
        return Judged(np.full(len(actual), np.nan), 0.0, 0.0)
    centre = float(np.median(known))
    away = np.abs(known - centre)
    spread = _spread(away, rounding=1e-9 * (1.0 + float(np.abs(actual).max())))
    score = (residual - centre) / spread if spread > 0 else residual * 0.0
    return Judged(score, centre, spread)


def _spread(away: Floats, rounding: float) -> float:
    """The first that is more than rounding; 0 if neither is."""
    found = (float(np.median(away)) * _BY_MEDIAN, float(np.mean(away)) * _BY_MEAN)
    return next((each for each in found if each > rounding), 0.0)
