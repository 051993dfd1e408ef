"""Bounds that a person can read: few, round numbers between the values that occur."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Final

import numpy as np

from segments.learning.columns import Floats

MAX_CUTS: Final = 63
# Beyond it a float64 does not hold every whole number.
WHOLE: Final = 2**53


def cuts(values: Floats) -> list[float | int]:
    """Increasing bounds at which "is more than" splits float64[n], finite; none for a constant.

    One bound between each two of the values, or of 65 quantiles where there are more values.
    """
    levels = np.unique(values)
    if len(levels) > MAX_CUTS + 1:
        levels = np.unique(np.quantile(values, np.linspace(0, 1, MAX_CUTS + 2)))
    return [roundest(low, high) for low, high in pairwise(levels)]


def roundest(low: float, high: float) -> float | int:
    """The number with the fewest digits in [low, high); low < high, both finite."""
    if low <= 0 < high:
        return 0
    start, end = Decimal(repr(float(low))), Decimal(repr(float(high)))
    for power in range(max(start.adjusted(), end.adjusted()), -330, -1):
        step = Decimal(1).scaleb(power)
        rounded = (start / step).to_integral_value(ROUND_CEILING) * step
        if low <= float(rounded) < high:
            is_whole = rounded == rounded.to_integral_value() and abs(rounded) < WHOLE
            return int(rounded) if is_whole else float(rounded)
    return float(low)
