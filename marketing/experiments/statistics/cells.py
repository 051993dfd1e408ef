"""Sums of many groups at once: a pass a sum, however many arms, epochs and strata there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion

Values = NDArray[np.float64]


def proportions(
    codes: NDArray[np.int64], n_cells: int, answers: NDArray[np.bool_]
) -> list[Proportion]:
    """One a cell; ``codes`` int64[n] in 0 to n_cells - 1, ``answers`` bool[n]."""
    people, reached = _counts(codes, n_cells), _counts(codes[answers], n_cells)
    return [Proportion(int(n), int(k)) for n, k in zip(people, reached, strict=True)]


def means(codes: NDArray[np.int64], n_cells: int, y: Values) -> list[Mean]:
    """One a cell; ``y`` float64[n]. Raises ValueError for NaN or infinity."""
    return [Mean(each.n, each.y, each.yy) for each in pairs(codes, n_cells, y)]


def pairs(
    codes: NDArray[np.int64], n_cells: int, y: Values, x: Values | None = None
) -> list[Pairs]:
    """One a cell, of float64[n] and float64[n]; without ``x`` its sums are 0.

    Raises ValueError for NaN or infinity.
    """
    columns = [y, y * y] if x is None else [y, y * y, x, x * y, x * x]
    sums = [np.bincount(codes, each, minlength=n_cells).tolist() for each in columns]
    if not np.isfinite(sums).all():
        raise ValueError("values hold NaN or infinity")
    y_, yy, x_, xy, xx = sums if x is not None else [*sums, *[[0.0] * n_cells] * 3]
    return [Pairs(int(n), y_[i], x_[i], yy[i], xy[i], xx[i])
            for i, n in enumerate(_counts(codes, n_cells))]  # fmt: skip


def _counts(codes: NDArray[np.int64], n_cells: int) -> list[int]:
    found: list[int] = np.bincount(codes, minlength=n_cells).tolist()
    return found
