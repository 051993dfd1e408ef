"""What an arm changes, from sums by epoch and stratum: estimate, variance, one look's interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt
from statistics import NormalDist
from typing import Any

from distributions import normal_tail, root, student_tail
from percentiles import PercentileEffect, Side

ALPHA = 0.05
Row = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Sums of people: how many, of y, of x beside it, of squares and products; ``counts``: how many
    have each value, where a percentile is asked for.
    """

    n: int
    y: float
    x: float
    yy: float
    xy: float
    xx: float
    counts: dict[float, int]

    @classmethod
    def of(cls, rows: Iterable[Row], arms: Sequence[int]) -> Group:
        mine = [row for row in rows if row["arm"] in arms]
        sums = {name: fsum(row[name] for row in mine) for name in ("y", "x", "yy", "xy", "xx")}
        counts: dict[float, int] = {}
        for told in (row["counts"] for row in mine if "counts" in row):
            for value, people in zip(told["values"], told["people"], strict=True):
                counts[value] = counts.get(value, 0) + people
        return cls(sum(row["n"] for row in mine), counts=counts, **sums)

    def spread(self, slope: float = 0.0) -> float:
        """Sample variance of y - slope x."""
        total = self.y - slope * self.x
        squares = self.yy - 2 * slope * self.xy + slope * slope * self.xx
        return max(squares - total * total / self.n, 0.0) / (self.n - 1)

    def value(self, shape: str, percentile: float | None = None) -> float | None:
        if percentile is not None:
            return Side([(self.counts, 1.0)], percentile).value if self.n else None
        below = self.x if shape == "ratio" else self.n
        return self.y / below if below else None


Cells = list[tuple[Group, Group, float]]  # treated, control, the cell's share of the weight


@dataclass(frozen=True)
class Effect:
    """``variance``: of the estimate, if the true effect were so large. ``freedom``: of Student's t,
    infinite for rates.
    """

    value: float
    people: int
    variance: Callable[[float], float]
    freedom: float = inf

    @property
    def z(self) -> float:
        return self.value / sqrt(self.variance(0.0))

    @property
    def p(self) -> float:
        away = abs(self.z)
        return 2 * (normal_tail(away) if self.freedom == inf else student_tail(away, self.freedom))

    def once(self) -> float:
        """Standard errors to either side for one planned look."""
        if self.freedom == inf:
            return NormalDist().inv_cdf(1 - ALPHA / 2)
        return root(lambda t: ALPHA / 2 - student_tail(t, self.freedom), 0.0, 1e4)

    def ends(self, z: float | None) -> tuple[float, float] | tuple[None, None]:
        """The effects, within [-1, 1] for rates, that lie z of their own standard errors away."""
        if z is None or self.variance(self.value) < -1e-12:
            return None, None
        if self.freedom < inf:
            reach = z * sqrt(self.variance(0.0))
            return self.value - reach, self.value + reach

        def outside(effect: float) -> float:
            return (self.value - effect) ** 2 - z * z * self.variance(effect)

        low = root(lambda x: -outside(x), -1.0, self.value) if outside(-1.0) > 0 else -1.0
        high = root(outside, self.value, 1.0) if outside(1.0) > 0 else 1.0
        return low, high


@dataclass(frozen=True)
class Asked:
    """``keep``: how much of the control is taken off; other than 1, whether a guardrail's margin is
    kept: then ``z`` and ``once`` are of use.
    """

    shape: str
    percentile: float | None = None
    keep: float = 1.0


def effect_of(
    asked: Asked, rows: list[Row], treated: Sequence[int], control: int, steered: Any = None
) -> Effect | PercentileEffect | None:
    """Treated minus control within each epoch and stratum, averaged by n_t n_c / (n_t + n_c), or,
    where the answers steered the shares (``steered``: each epoch's), by the root of those; a
    holdout's share is steady, so against it all the treated together need no such weights.
    """
    shape = asked.shape
    cells: Cells = []
    for place in sorted({(row["epoch"], row["stratum"]) for row in rows}):
        mine = [row for row in rows if (row["epoch"], row["stratum"]) == place]
        t, c = Group.of(mine, treated), Group.of(mine, [control])
        least = 1 if shape == "rate" else 2
        if min(t.n, c.n) < least or (shape == "ratio" and min(t.x, c.x) <= 0):
            continue
        weight = t.n * c.n / (t.n + c.n)
        if steered is not None and (len(treated) == 1 or control != 0):
            meant = [steered[int(place[0])][arm] for arm in (*treated, control)]
            share = fsum(meant[:-1]) / fsum(meant) if fsum(meant) else 0.0
            weight = sqrt((t.n + c.n) * share * (1 - share))
        cells.append((t, c, weight))
    total = fsum(weight for *_, weight in cells)
    if total <= 0:
        return None
    shared = [(t, c, weight / total) for t, c, weight in cells]
    if asked.percentile is not None:
        one = Side([(t.counts, weight) for t, _, weight in shared], asked.percentile)
        other = Side([(c.counts, weight) for _, c, weight in shared], asked.percentile)
        return PercentileEffect(one, other, sum(t.n + c.n for t, c, _ in shared), asked.keep)
    found = _of_rates(shared, asked.keep) if shape == "rate" else _of_amounts(asked, shared)
    return found if found.variance(0.0) > 0 else None


def _of_rates(cells: Cells, keep: float) -> Effect:
    """Both groups' rates are what they show together, moved apart by the supposed effect, or such
    that just ``keep`` of the control's is kept; Mee (1984), Miettinen and Nurminen (1985), Dunnett
    and Gent (1977).
    """

    def variance(effect: float) -> float:
        parts = []
        for t, c, weight in cells:
            n, reached = t.n + c.n, round(t.y) + round(c.y)
            one, other = reached / n + effect * c.n / n, reached / n - effect * t.n / n
            if keep != 1:
                other = reached / (c.n + keep * t.n)
                one = min(keep * other, 1.0)
            spread = one * (1 - one) / t.n + keep * keep * other * (1 - other) / c.n
            parts.append(weight * weight * n / (n - 1) * spread)
        return fsum(parts)

    value = fsum(weight * (round(t.y) / t.n - keep * round(c.y) / c.n) for t, c, weight in cells)
    return Effect(value, sum(t.n + c.n for t, c, _ in cells), variance)


def _of_amounts(asked: Asked, cells: Cells) -> Effect:
    """Welch's, with x taken off where it was known before (CUPED; Deng et al., 2013), and ratios by
    the delta method: their residuals are y - ratio x. What is taken off is x's distance from its
    mean over both groups, which matters where less than the whole control counts.
    """
    shape, keep = asked.shape, asked.keep
    slope = _slope([each for t, c, _ in cells for each in (t, c)]) if shape == "adjusted" else 0.0
    parts, values = [], []
    for t, c, weight in cells:
        told = []
        centre, n = (t.x + c.x) / (t.n + c.n), t.n + c.n
        for group, much in ((t, 1.0), (c, keep)):
            by = group.y / group.x if shape == "ratio" else slope
            mean = (
                by if shape == "ratio" else group.y / group.n - slope * (group.x / group.n - centre)
            )
            scale = group.x / group.n if shape == "ratio" else 1.0
            told.append(much * mean)
            size = (weight * much / scale) ** 2 * group.spread(by) / group.n
            parts.append((size, group.n - 1))
        if slope and keep != 1:
            spread = (t.xx + c.xx - n * centre**2) / (n - 1)
            parts.append(((weight * slope * (1 - keep)) ** 2 * spread / n, n - 1))
        values.append(weight * (told[0] - told[1]))
    error = fsum(part for part, _ in parts)
    squares = fsum(part * part / freedom for part, freedom in parts)
    freedom = error * error / squares if squares else 1.0
    people = sum(t.n + c.n for t, c, _ in cells)
    return Effect(fsum(values), people, lambda _effect: error, freedom)


def _slope(groups: list[Group]) -> float:
    """Of y on x, within the groups."""
    products = fsum(each.xy - each.x * each.y / each.n for each in groups)
    squares = fsum(each.xx - each.x * each.x / each.n for each in groups)
    return products / squares if squares > 0 else 0.0


def information(rows: list[Row], treated: Sequence[int], control: int) -> float:
    """People as if both groups were of one size: 4 / (1 / n_t + 1 / n_c), over the cells."""
    found = []
    for place in {(row["epoch"], row["stratum"]) for row in rows}:
        mine = [row for row in rows if (row["epoch"], row["stratum"]) == place]
        t, c = Group.of(mine, treated).n, Group.of(mine, [control]).n
        found.append(4 * t * c / (t + c) if t and c else 0.0)
    return fsum(found)
