"""What an arm changes in a percentile: from how many people of each cell have each value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, inf, isfinite, sqrt
from statistics import NormalDist

from distributions import normal_tail

TIED = 1e-12  # shares that are closer are equal
FARTHEST = 40.0  # standard errors
Counts = dict[float, int]
Cell = tuple[Counts, float]  # a group's people by value, the cell's share of the weight


class Side:
    """One group: its cells' distributions averaged by their weights; Woodruff (1952)."""

    def __init__(self, cells: list[Cell], percentile: float):
        self.p, self.cells = percentile / 100, cells
        self.steps: list[tuple[float, float]] = []  # value, share of the people up to it
        values = sorted({value for counts, _ in cells for value in counts})
        masses = [[counts.get(value, 0) * weight / sum(counts.values()) for counts, weight in cells]
                  for value in values]  # fmt: skip
        reached = 0.0
        for value, mass in zip(values, masses, strict=True):
            reached += fsum(mass)
            self.steps.append((value, reached))
        self.value = next(value for value, share in self.steps if share >= self.p - TIED)
        self.error = sqrt(fsum(self._parts()))

    def _parts(self) -> Iterable[float]:
        """Each cell's part of the variance of the share. Of those at the percentile exactly the
        same part counts in each cell.
        """
        here = dict(self.steps)[self.value]
        below = max((share for value, share in self.steps if value < self.value), default=0.0)
        part = (self.p - below) / (here - below)
        for counts, weight in self.cells:
            n = sum(counts.values())
            under = sum(people for value, people in counts.items() if value < self.value)
            share = min(max((under + part * counts.get(self.value, 0)) / n, 0.0), 1.0)
            yield weight**2 * share * (1 - share) / n

    def limits(self, z: float) -> tuple[float, float]:
        low, high = self.p - z * self.error, self.p + z * self.error
        found = [value for value, share in self.steps if share >= low - TIED]
        over = [value for value, share in self.steps if share > high + TIED]
        return (found[0] if low > 0 else -inf,
                inf if high >= 1 else over[0] if over else self.steps[-1][0])  # fmt: skip

    @property
    def jumps(self) -> list[float]:
        """The z at which a limit moves to another value."""
        return [abs(share - self.p) / self.error for _, share in self.steps]


@dataclass(frozen=True)
class PercentileEffect:
    """The same questions as ``effects.Effect`` answers; Zou and Donner (2008)."""

    treated: Side
    control: Side
    people: int
    keep: float = 1.0

    @property
    def value(self) -> float:
        return self.treated.value - self.keep * self.control.value

    def _ends(self, z: float) -> tuple[float, float]:
        (a, b), (c, d) = self.treated.limits(z), self.control.limits(z)
        t, h, keep = self.treated.value, self.control.value, self.keep
        low, high = ((t - a) ** 2 + (keep * (d - h)) ** 2, (b - t) ** 2 + (keep * (h - c)) ** 2)
        return self.value - sqrt(low), self.value + sqrt(high)

    def ends(self, z: float | None) -> tuple[float, float] | tuple[None, None]:
        found = (inf, inf) if z is None else self._ends(z)
        return found if all(isfinite(each) for each in found) else (None, None)

    @property
    def z(self) -> float:
        """Where the interval begins to hold 0: at one of the jumps, or where the data end."""
        if self.value == 0:
            return 0.0
        edges = [share / side.error for side in (self.treated, self.control)
                 for share in (side.p, 1 - side.p)]  # fmt: skip
        jumps = {*self.treated.jumps, *self.control.jumps, *edges}
        places = sorted({0.0, *(place for place in jumps if place < FARTHEST), FARTHEST})

        def holds_none(i: int) -> bool:
            low, high = self._ends((places[i] + places[i + 1]) / 2)
            return low <= 0 <= high

        found = places[bisect_left(range(len(places) - 1), True, key=holds_none)]
        return found if self.value > 0 else -found

    @property
    def p(self) -> float:
        return 2 * normal_tail(abs(self.z))

    def once(self) -> float:
        return NormalDist().inv_cdf(0.975)
