"""RFM: recency, frequency and money as quintiles 1 to 5, written back as persona columns."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Ref
from marketing.kernel.text import Text
from marketing.personas.services import write_score
from marketing.personas.types import Personas

LABELS = {
    "rfm_r": Text("RFM recency", "RFM 最近度"),
    "rfm_f": Text("RFM frequency", "RFM 频次"),
    "rfm_m": Text("RFM money", "RFM 金额"),
}


def quintile(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 (lowest fifth) to 5 (highest), NaN kept; equal values share their middle's quintile."""
    answer = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return answer
    _distinct, place, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    share = middle / len(known)
    answer[known] = np.minimum(np.floor(share * 5) + 1, 5)[place]
    return answer


def compute(personas: Personas) -> dict[str, NDArray[np.float64]]:
    """Column name to float64[size]; people who never bought are missing."""
    days = _values(personas, "days_since_bought")
    bought = np.where(np.isnan(days), np.nan, _values(personas, "bought"))
    spent = np.where(np.isnan(days), np.nan, _values(personas, "spent_cents"))
    return {"rfm_r": quintile(-days), "rfm_f": quintile(bought), "rfm_m": quintile(spent)}


def write(personas: Personas, now: datetime) -> None:
    for name, values in compute(personas).items():
        write_score(name, values, now, LABELS[name])


def _values(personas: Personas, trait: str) -> NDArray[np.float64]:
    return np.asarray(personas.column(Ref("trait", trait)).values, dtype=np.float64)
