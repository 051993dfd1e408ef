"""The RFM grid of everybody, who is in a part of it, and the condition that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.conditions.parse import VERSION
from marketing.conditions.types import Ref
from marketing.kernel.errors import NotFound, Unavailable
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas
from segments.analysing.people import everybody
from segments.analysis.rfm_grid import Grid, rfm_grid
from segments.analysis.rfm_regions import LEVELS, Region

MONEY = Ref("trait", "spent_cents")
RECENCY, FREQUENCY = Ref("score", "rfm_r"), Ref("score", "rfm_f")
Levels = tuple[int, int]


@dataclass(frozen=True)
class Rfm:
    """``ordinals`` int64[n] of everybody who exists; the columns float64[n] beside them."""

    as_of: datetime
    grid: Grid
    ordinals: NDArray[np.int64]
    recency: NDArray[np.float64]
    frequency: NDArray[np.float64]

    def members(self, recency: Levels, frequency: Levels) -> NDArray[np.int64]:
        """Ordinals of who lies between these levels, both ends included."""
        (low_r, high_r), (low_f, high_f) = recency, frequency
        inside = (self.recency >= low_r) & (self.recency <= high_r)
        inside &= (self.frequency >= low_f) & (self.frequency <= high_f)
        return self.ordinals[inside]


def rfm() -> Rfm:
    """Money in cents. Raises Unavailable before the first refresh."""
    personas = personas_queries.current()
    ordinals = _array(everybody(personas))
    try:
        recency, frequency, money = (
            _values(personas, ref, ordinals) for ref in (RECENCY, FREQUENCY, MONEY)
        )
    except NotFound as error:
        raise Unavailable("No RFM scores yet", code="no_rfm",
                          fix="Run `python manage.py refresh`.") from error  # fmt: skip
    return Rfm(personas.as_of, rfm_grid(recency, frequency, money), ordinals, recency, frequency)


def condition(recency: Levels, frequency: Levels) -> dict[str, Any]:
    """The document whose people are those between these levels."""
    parts = [_leaf(RECENCY, recency), _leaf(FREQUENCY, frequency)]
    return {"version": VERSION, "condition": {"all": parts}}


def condition_of(region: Region) -> dict[str, Any]:
    return condition(region.recency, region.frequency)


def _leaf(ref: Ref, levels: Levels) -> dict[str, Any]:
    low, high = levels
    leaf: dict[str, Any] = {"type": "score", "name": ref.name}
    if low == high:
        return {**leaf, "op": "eq", "value": low}
    if high == LEVELS[-1]:
        return {**leaf, "op": "gte", "value": low}
    if low == LEVELS[0]:
        return {**leaf, "op": "lte", "value": high}
    return {**leaf, "op": "between", "value": [low, high]}


def _array(members: BitMap) -> NDArray[np.int64]:
    return np.asarray(members.to_array(), dtype=np.int64)


def _values(personas: Personas, ref: Ref, ordinals: NDArray[np.int64]) -> NDArray[np.float64]:
    column = personas.column(ref)
    values = np.asarray(column.values)[ordinals].astype(np.float64)
    return np.where(np.asarray(column.present)[ordinals], values, np.nan)
