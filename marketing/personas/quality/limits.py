"""Which limits the numbers themselves suggest for a rule of cleaning."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from typing import NamedTuple

from marketing.events.standard import GUARDED
from marketing.personas.parts import LARGEST

# Fewer values say nothing of their tails.
ENOUGH = 100
_FAR = 3.0
_DIGITS = 3
SHARES = (0.01, 0.25, 0.5, 0.75, 0.99)


class Quantiles(NamedTuple):
    """Of ``values`` numbers, those at ``SHARES`` between the lowest and the highest."""

    values: int
    lowest: float
    p1: float
    q1: float
    median: float
    q3: float
    p99: float
    highest: float


def suggested(name: str, found: Quantiles) -> tuple[float | None, float | None]:
    """(lowest, highest); None where no value lies beyond, or where the numbers cannot tell.

    Tukey's outer fences, three times the spread of the quartiles beyond them (J. W. Tukey,
    *Exploratory Data Analysis*, 1977, ch. 2: what lies outside is "far out"). Never within the
    middle 98 %: of skewed numbers the fences would cut off what is usual. (With percentiles nearer
    to the ends, one outlier among a few hundred values would decide.) Rounded outward to three
    digits. Where more than half of the values are equal the quartiles have no spread, and there is
    no fence. What a standard property cannot be is a limit in any case.
    """
    if found.values < ENOUGH:
        return None, None
    low, high = _fences(found)
    possible = GUARDED.get(name)
    if possible is not None and possible.lowest is not None and found.lowest < possible.lowest:
        low = possible.lowest
    if possible is not None and possible.highest is not None and found.highest > possible.highest:
        high = possible.highest
    return (
        low if low is not None and found.lowest < low else None,
        high if high is not None and found.highest > high else None,
    )


def _fences(found: Quantiles) -> tuple[float | None, float | None]:
    spread = found.q3 - found.q1
    if spread <= 0:
        return None, None
    low = rounded(min(found.q1 - _FAR * spread, found.p1), floor)
    high = rounded(max(found.q3 + _FAR * spread, found.p99), ceil)
    return max(low, -LARGEST), min(high, LARGEST)


def rounded(value: float, to_whole: Callable[[float], int]) -> float:
    """To three digits, by ``floor`` or ``ceil``."""
    if value == 0:
        return 0.0
    places = _DIGITS - 1 - floor(log10(abs(value)))
    scale = 10.0 ** abs(places)
    scaled = value * scale if places > 0 else value / scale
    whole = to_whole(scaled)
    return whole / scale if places > 0 else whole * scale
