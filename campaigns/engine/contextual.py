"""Shares of the variants by who a person is: features out of columns, propensities out of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Columns, Ref
from marketing.experiments.statistics.adaptive.contextual import LogisticPosterior, propensities

FAR = 4.0
"""Standard deviations beyond which a feature counts as this far: one rich person is no crowd."""


@dataclass(frozen=True)
class Contextual:
    """``reads``: d columns of numbers; ``centres`` and ``scales`` (above 0), one a column, make
    features of them. ``arms``: a posterior over 1 + 2d weights a variant (a constant, each feature,
    and whether it is missing). ``floor``, ``uniform``: see ``adaptive.allocation``.
    """

    reads: tuple[Ref, ...]
    centres: tuple[float, ...]
    scales: tuple[float, ...]
    arms: tuple[LogisticPosterior, ...]
    floor: float
    uniform: float

    def features(self, columns: Columns, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[m, 1 + 2d] of these rows."""
        found = [np.ones(len(rows))]
        for ref, centre, scale in zip(self.reads, self.centres, self.scales, strict=True):
            found += feature(columns, ref, rows, centre, scale)
        return np.stack(found, axis=1)

    def shares(self, columns: Columns, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[m, variants]: each row adds to 1."""
        features = self.features(columns, rows)
        return propensities(self.arms, features, self.floor, self.uniform)


def feature(
    columns: Columns, ref: Ref, rows: NDArray[np.int64], centre: float, scale: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(how many scales from the centre, 1 where missing), float64[m] each; missing lies at 0.

    A text counts as present or missing only.
    """
    column = columns.column(ref).take(rows)
    present = np.asarray(column.present, dtype=bool)
    missing = (~present).astype(np.float64)
    if column.categories is not None:
        return np.zeros(len(rows)), missing
    values = np.nan_to_num(np.asarray(column.values, dtype=np.float64))
    away = np.clip((values - centre) / scale, -FAR, FAR)
    return np.where(present, away, 0.0), missing
