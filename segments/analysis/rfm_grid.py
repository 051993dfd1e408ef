"""The 5 × 5 grid of recency and frequency: how many people, how much money, which region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.errors import Invalid
from segments.analysis.rfm_regions import LEVELS, REGIONS, Region, region_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """``share`` in [0, 1] of all people in the grid, None of an empty grid. ``median_money`` in the
    unit given, None where nobody's is known.
    """

    recency: int
    frequency: int
    region: Region
    people: int
    share: float | None
    median_money: float | None


@dataclass(frozen=True)
class RegionTotal:
    """As a ``Cell``, for all cells of a region; ``money_share`` in [0, 1] of all money."""

    region: Region
    people: int
    share: float | None
    median_money: float | None
    money_share: float | None


@dataclass(frozen=True)
class Grid:
    """``cells`` by (recency, frequency), all 25; ``regions`` in the order of the table."""

    people: int
    without: int
    cells: Mapping[tuple[int, int], Cell]
    regions: tuple[RegionTotal, ...]


def rfm_grid(recency: Floats, frequency: Floats, money: Floats) -> Grid:
    """``recency`` and ``frequency`` float64[n] levels 1 to 5 (5 = lately, often), NaN = none;
    ``money`` float64[n] in any unit, NaN = unknown. People without both levels are ``without``.

    Raises Invalid: ``bad_levels`` for other levels or lengths that differ.
    """
    _require(recency, frequency, money)
    known = ~(np.isnan(recency) | np.isnan(frequency))
    people = int(known.sum())
    place = np.full(len(recency), -1)
    place[known] = recency[known] * 10 + frequency[known]
    cells = {
        (r, f): _cell(r, f, money[place == 10 * r + f], people) for r in LEVELS for f in LEVELS
    }
    total = float(np.nansum(money[known]))
    regions = tuple(_total(region, place, money, people, total) for region in REGIONS)
    return Grid(people, len(recency) - people, cells, regions)


def _require(recency: Floats, frequency: Floats, money: Floats) -> None:
    levels = np.concatenate([recency, frequency])
    alike = recency.shape == frequency.shape == money.shape
    if not alike or not np.isin(levels[~np.isnan(levels)], LEVELS).all():
        raise Invalid(
            "Recency and frequency are levels from 1 to 5, one each a person",
            code="bad_levels", fix="Compute the RFM scores first.",
        )  # fmt: skip


def _cell(recency: int, frequency: int, money: Floats, people: int) -> Cell:
    return Cell(recency, frequency, region_of(recency, frequency), len(money),
                _share(len(money), people), _median(money))  # fmt: skip


def _total(
    region: Region, place: NDArray[np.int64], money: Floats, people: int, total: float
) -> RegionTotal:
    codes = [10 * r + f for r in LEVELS for f in LEVELS if region.holds(r, f)]
    mine = money[np.isin(place, codes)]
    return RegionTotal(region, len(mine), _share(len(mine), people), _median(mine),
                       _share(float(np.nansum(mine)), total))  # fmt: skip


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _median(money: Floats) -> float | None:
    known = money[~np.isnan(money)]
    return float(np.median(known)) if len(known) else None
