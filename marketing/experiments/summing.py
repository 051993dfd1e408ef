"""From people's values to sums by arm, epoch and stratum: all that any figure is computed from.

Sums add: a day's and another's, a segment's and another's. They are what is exported.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.measuring import Measured, Values
from marketing.experiments.metrics import METRICS
from marketing.experiments.statistics.cells import pairs
from marketing.experiments.statistics.compare import Cell, Shape
from marketing.experiments.statistics.histogram import histograms
from marketing.experiments.statistics.pairs import Pairs


class Group(NamedTuple):
    """People of one arm, whose arm was drawn in one epoch, of one stratum."""

    arm: int
    epoch: int
    stratum: int


Sums = Mapping[Group, Pairs]


def shape_of(values: Values) -> Shape:
    kind = METRICS.get(values.definition.kind)
    if kind.is_share:
        return Shape.RATE
    if kind.has_counts:
        return Shape.PERCENTILE
    if values.per is not None:
        return Shape.RATIO
    return Shape.MEAN if values.before is None else Shape.ADJUSTED


def sums(seen: Measured, key: str, who: NDArray[np.bool_]) -> dict[Group, Pairs]:
    """Of the people ``who`` (bool[n]); groups without anybody are left out."""
    epochs, strata = int(seen.epochs.max(initial=0)) + 1, int(seen.strata.max(initial=0)) + 1
    codes = (seen.arms * epochs + seen.epochs) * strata + seen.strata
    n_cells = (int(seen.arms.max(initial=0)) + 1) * epochs * strata
    found = of_groups(seen.values[key], codes, n_cells, who)
    return {
        Group(code // strata // epochs, code // strata % epochs, code % strata): each
        for code, each in enumerate(found)
        if each.n
    }


def of_groups(
    values: Values, codes: NDArray[np.int64], n_groups: int, who: NDArray[np.bool_]
) -> list[Pairs]:
    """One a group; ``codes`` int64[n] in 0 to n_groups - 1, of the people ``who`` (bool[n])."""
    shape, y = shape_of(values), values.y[who]
    x = {Shape.RATIO: values.per, Shape.ADJUSTED: values.before}.get(shape)
    found = pairs(codes[who], n_groups, y, None if x is None else x[who])
    if shape is not Shape.PERCENTILE:
        return found
    counts = histograms(codes[who], n_groups, y)
    return [replace(each, counts=one) for each, one in zip(found, counts, strict=True)]


def of_arms(found: Sums, arms: Collection[int]) -> Pairs:
    return sum((each for group, each in found.items() if group.arm in arms), Pairs())


def cells(
    found: Sums,
    treated: Collection[int],
    control: int,
    weights: Sequence[Sequence[float]] | None = None,
) -> list[Cell]:
    """One an epoch and stratum. ``weights``: those of each epoch, where they followed the answers:
    then ``treated`` is one arm.
    """
    places = sorted({(group.epoch, group.stratum) for group in found})
    made = []
    for epoch, stratum in places:
        mine = {g: each for g, each in found.items() if g[1:] == (epoch, stratum)}
        share = None if weights is None else _share(weights[epoch], treated, control)
        made.append(Cell(of_arms(mine, treated), of_arms(mine, [control]), share))
    return made


def _share(weights: Sequence[float], treated: Collection[int], control: int) -> float:
    """0 where neither was meant to get anybody."""
    mine = sum(weights[arm] for arm in treated if arm < len(weights))
    both = mine + weights[control]
    return mine / both if both else 0.0


def information(made: Sequence[Cell]) -> float:
    """People in both groups, as if they were of one size: 4 / (1/t + 1/h), over the cells."""
    return sum(
        4 * cell.treated.n * cell.control.n / (cell.treated.n + cell.control.n)
        for cell in made
        if cell.treated.n and cell.control.n
    )


def documents(found: Sums) -> list[dict[str, Any]]:
    """As JSON, one row a group: see ``Pairs``; ``counts`` only where there are any."""
    return [
        {**group._asdict(), **{name: getattr(each, name) for name in _SUMS},
         **({"counts": each.counts.document()} if each.counts else {})}
        for group, each in sorted(found.items(), key=lambda row: row[0])
    ]  # fmt: skip


_SUMS = ("n", "y", "x", "yy", "xy", "xx")
