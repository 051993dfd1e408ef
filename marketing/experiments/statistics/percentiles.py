"""Differences of a percentile of two groups, like with like over epochs and strata.

A percentile's limits are the values at which the group's shares lie a number of standard errors
below and above it, so no density is needed and long tails do no harm. Sources: Woodruff (1952),
JASA 47:635-646; two groups' limits put together: Zou and Donner (2008), Statistics in Medicine
27:1693-1702.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, sqrt

import numpy as np
from scipy.special import ndtr

from marketing.experiments.statistics.histogram import Histogram
from marketing.experiments.statistics.interval import normal_quantile

_ROUNDING = 1e-12  # see histogram
_FARTHEST = 40.0  # standard errors, beyond which p is 0


class Blend:
    """One group's people of several cells, each cell by its share of the weight."""

    def __init__(self, cells: Sequence[Histogram], shares: Sequence[float], percentile: float):
        """``cells``: each with somebody; ``shares``: their sum is 1."""
        self._p = percentile / 100
        weights = [np.asarray(each.people) * (share / each.n)
                   for each, share in zip(cells, shares, strict=True)]  # fmt: skip
        every = np.concatenate([each.values for each in cells])
        self._values, place = np.unique(every, return_inverse=True)
        self._reached = np.cumsum(np.bincount(place, np.concatenate(weights)))
        self.value = self._at(self._p - _ROUNDING, "left")
        self.error = sqrt(sum(
            (share * share * q * (1 - q) / each.n
             for each, share, q in zip(cells, shares, self._shares(cells), strict=True))
        ))  # fmt: skip

    def limits(self, z: float) -> tuple[float, float]:
        """The values from which the percentile is ``z`` standard errors of its share away; infinite
        where the data do not reach so far.
        """
        low, high = self._p - z * self.error, self._p + z * self.error
        return (
            self._at(low - _ROUNDING, "left") if low > 0 else -inf,
            self._at(high + _ROUNDING, "right") if high < 1 else inf,
        )

    def _at(self, share: float, side: str) -> float:
        place = np.searchsorted(self._reached, share, side)  # type: ignore[call-overload]
        return float(self._values[min(int(place), len(self._values) - 1)])

    def _shares(self, cells: Sequence[Histogram]) -> list[float]:
        """Each cell's share up to the percentile. Of those who are at it exactly, often many (who
        bought nothing), the same part of each cell counts, so that all make up the percentile.
        """
        place = int(np.searchsorted(self._values, self.value))
        below = float(self._reached[place - 1]) if place else 0.0
        part = (self._p - below) / (float(self._reached[place]) - below)
        found = []
        for each in cells:
            values, people = np.asarray(each.values), np.asarray(each.people)
            under, at = people[values < self.value].sum(), people[values == self.value].sum()
            found.append(float(np.clip((under + part * at) / each.n, 0.0, 1.0)))
        return found


@dataclass(frozen=True)
class PercentileDifference:
    """``value``: the treated's percentile minus ``keep`` times the control's. ``people``: of both
    groups together.
    """

    treated: Blend
    control: Blend
    people: int
    keep: float = 1.0

    @property
    def value(self) -> float:
        return self.treated.value - self.keep * self.control.value

    def bounds(self, z: float) -> tuple[float, float] | None:
        """Clear of 0 exactly if this ``z`` is below ``|self.z|``. None where the data do not reach
        so far.
        """
        found = self._bounds(z)
        return found if isfinite(found[0]) and isfinite(found[1]) else None

    def _bounds(self, z: float) -> tuple[float, float]:
        (t_low, t_high), (c_low, c_high) = self.treated.limits(z), self.control.limits(z)
        t, c, keep = self.treated.value, self.control.value, self.keep
        low = sqrt((t - t_low) ** 2 + (keep * (c_high - c)) ** 2)
        high = sqrt((t_high - t) ** 2 + (keep * (c - c_low)) ** 2)
        return self.value - low, self.value + high

    @cached_property
    def z(self) -> float:
        """In standard errors from no effect: where the bounds begin to hold 0."""
        if self.value == 0:
            return 0.0
        clear, held = 0.0, _FARTHEST
        while held - clear > 1e-10:
            middle = (clear + held) / 2
            low, high = self._bounds(middle)
            clear, held = (middle, held) if low > 0 or high < 0 else (clear, middle)
        return clear if self.value > 0 else -clear

    def p_value(self) -> float:
        """Two-sided, for one look that was planned before."""
        return float(2 * ndtr(-abs(self.z)))

    def quantile(self, confidence: float) -> float:
        """Standard errors to either side that one planned look takes."""
        return normal_quantile(confidence)


def percentile_difference(
    cells: Sequence[tuple[Histogram, Histogram]],
    shares: Sequence[float],
    percentile: float,
    keep: float = 1.0,
) -> PercentileDifference:
    """Of (treated, control) a cell, each with somebody; ``shares`` of the weight, their sum 1."""
    treated, control = ([pair[i] for pair in cells] for i in (0, 1))
    people = sum(one.n + other.n for one, other in cells)
    return PercentileDifference(
        Blend(treated, shares, percentile), Blend(control, shares, percentile), people, keep
    )
