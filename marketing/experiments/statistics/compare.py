"""Two groups compared, cell by cell: like with like over epochs, strata, or both.

A cell is a set of people with one intended split (an epoch between two edits of the weights) or
alike from before (a stratum). Within a cell groups differ by the treatment alone; pooled over cells
they would differ by when they came, or by who they are, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import inf, sqrt
from typing import NamedTuple, TypeAlias

from marketing.experiments.statistics.estimate import Estimate, coefficient_of
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.percentiles import PercentileDifference, percentile_difference
from marketing.experiments.statistics.score import (
    ImpliedVariance,
    RateDifference,
    implied_variance,
    variance_at,
)
from marketing.experiments.statistics.sufficient import Proportion

MIN_PEOPLE = 2
"""Of each group, below which a cell says nothing about its spread."""


class Shape(StrEnum):
    """What ``Pairs`` hold. ``rate``: y is 1 or 0. ``mean``: y an amount. ``adjusted``: x is the
    amount from before the exposure. ``ratio``: x is what y is divided by. ``percentile``: counts
    are those of y.
    """

    RATE = "rate"
    MEAN = "mean"
    ADJUSTED = "adjusted"
    RATIO = "ratio"
    PERCENTILE = "percentile"


Compared: TypeAlias = Estimate | RateDifference | PercentileDifference


class Cell(NamedTuple):
    """``share``: the chance of the treated, of these two groups, that was meant; None: as it came
    out. Only a split that followed the answers needs it.
    """

    treated: Pairs
    control: Pairs
    share: float | None = None


class _Term(NamedTuple):
    weight: float
    value: float
    # (size of its part of the variance, people) of each group.
    parts: Sequence[tuple[float, int]]


def compare(
    shape: Shape, cells: Sequence[Cell], *, percentile: float = 50.0, keep: float = 1.0
) -> Compared | None:
    """Treated minus control, the cells' differences weighted by n_t n_c / (n_t + n_c).

    With one split in all cells that is post-stratification; over epochs, Mantel and Haenszel's
    weights. Where the split followed the answers (``share`` given), by the root of what was meant,
    so that each adds as much variance as any other and the average is normal however the shares
    moved: an epoch's weight owes nothing to its own answers. The arms are to be named beforehand:
    for the best of several, divide what may be wrong by their number. None where no cell has both
    groups, or nobody differs. Sources: Mantel and Haenszel (1959), JNCI 22:719-748; Miratrix,
    Sekhon and Yu (2013), JRSS B 75:369-396; Hadad et al., PNAS 118 (2021).

    ``percentile``: which one, of that shape: of the groups' distributions, averaged likewise.
    ``keep``: how much of the control is taken off, above 0; other than 1 it asks whether a share of
    the control's value is kept, both groups' errors counted, and only ``z`` is of use.
    """
    used = [cell for cell in cells if _is_full(cell, shape) and _weight(cell) > 0]
    weights = [_weight(cell) for cell in used]
    total = sum(weights)
    if not used:
        return None
    people = sum(cell.treated.n + cell.control.n for cell in used)
    shares = [weight / total for weight in weights]
    if shape is Shape.PERCENTILE:
        counts = [(t.counts, c.counts) for t, c, _ in used if t.counts and c.counts]
        return percentile_difference(counts, shares, percentile, keep)
    if shape is Shape.RATE:
        rates = [(_proportion(cell.treated), _proportion(cell.control)) for cell in used]
        return _rates(rates, shares, people) if keep == 1 else _kept(rates, shares, people, keep)
    return _amounts(shape, used, shares, people, keep)


def _is_full(cell: Cell, shape: Shape) -> bool:
    least = 1 if shape is Shape.RATE else MIN_PEOPLE
    if min(cell.treated.n, cell.control.n) < least:
        return False
    if shape is Shape.PERCENTILE:
        return bool(cell.treated.counts and cell.control.counts)
    return shape is not Shape.RATIO or min(cell.treated.x, cell.control.x) > 0


def _weight(cell: Cell) -> float:
    n_t, n_c = cell.treated.n, cell.control.n
    if cell.share is None:
        return n_t * n_c / (n_t + n_c)
    return sqrt((n_t + n_c) * cell.share * (1 - cell.share))


Rates: TypeAlias = Sequence[tuple[Proportion, Proportion]]


def _rates(pairs: Rates, shares: Sequence[float], people: int) -> RateDifference | None:
    variance = sum(
        (implied_variance(t, c, w) for (t, c), w in zip(pairs, shares, strict=True)),
        ImpliedVariance(),
    )
    if variance.level <= 0:
        return None
    value = _difference(pairs, shares)
    return RateDifference(value, value / sqrt(variance.level), variance, people)


def _kept(pairs: Rates, shares: Sequence[float], people: int, keep: float) -> Estimate | None:
    variance = sum(w * w * variance_at(t, c, keep) for (t, c), w in zip(pairs, shares, strict=True))
    if variance <= 0:
        return None
    return Estimate(_difference(pairs, shares, keep), sqrt(variance), people)


def _difference(pairs: Rates, shares: Sequence[float], keep: float = 1.0) -> float:
    return sum(
        w * (t.successes / t.n - keep * c.successes / c.n)
        for (t, c), w in zip(pairs, shares, strict=True)
    )


def _proportion(group: Pairs) -> Proportion:
    return Proportion(group.n, round(group.y))


def _amounts(
    shape: Shape, cells: Sequence[Cell], shares: Sequence[float], people: int, keep: float
) -> Estimate | None:
    groups = [group for cell in cells for group in (cell.treated, cell.control)]
    slope = coefficient_of(groups) if shape is Shape.ADJUSTED else 0.0
    terms = [_term(shape, cell, w, slope, keep) for cell, w in zip(cells, shares, strict=True)]
    parts = [part for term in terms for part in term.parts]
    variance = sum(size for size, _ in parts)
    if variance <= 0:
        return None
    value = sum(term.weight * term.value for term in terms)
    return Estimate(value, sqrt(variance), people, _freedom(parts, variance))


def _term(shape: Shape, cell: Cell, weight: float, slope: float, keep: float) -> _Term:
    (a, var_a), (b, var_b) = (_moments(shape, g, slope) for g in (cell.treated, cell.control))
    square = weight * weight
    parts = [(square * var_a, cell.treated.n), (square * keep * keep * var_b, cell.control.n)]
    value = a - keep * b
    if slope and keep != 1:
        # What was before is taken off as a distance from its mean over both groups; where the whole
        # control counts, that mean takes itself off.
        both = cell.treated + cell.control
        moved = slope * (1 - keep)
        value += moved * both.mean_x
        parts.append((square * moved * moved * both.variance_x / both.n, both.n))
    return _Term(weight, value, parts)


def _moments(shape: Shape, group: Pairs, slope: float) -> tuple[float, float]:
    """(value of the group, its squared standard error)."""
    if shape is Shape.RATIO:
        slope, scale = group.mean_y / group.mean_x, group.mean_x
        value = slope
    else:
        value, scale = group.mean_y - slope * group.mean_x, 1.0
    spread = group.variance_y - 2 * slope * group.covariance + slope * slope * group.variance_x
    return value, max(spread, 0.0) / (group.n * scale * scale)


def _freedom(parts: Iterable[tuple[float, int]], variance: float) -> float:
    """Source: Satterthwaite (1946), Biometrics Bulletin 2:110-114."""
    squares = sum(size * size / (n - 1) for size, n in parts)
    return variance * variance / squares if squares > 0 else inf
