"""Where a score stands among everybody's, from a table small enough to store with a model."""

import numpy as np
from numpy.typing import NDArray

TABLE_POINTS = 101


def quantile_table(scores: NDArray[np.floating]) -> NDArray[np.float64] | None:
    """The scores' 0th to 100th percentiles, float64[101], never falling.

    Scores float[n] in any unit; NaN and infinities are left out. None when fewer than two
    different scores remain: nobody stands above anybody. Source: linear interpolation
    between order statistics, Hyndman and Fan (1996) type 7.
    """
    finite = scores[np.isfinite(scores)].astype(np.float64)
    if not finite.size or finite.min() == finite.max():
        return None
    table = np.quantile(finite, np.linspace(0, 1, TABLE_POINTS))
    return np.maximum.accumulate(table)


def percentile_of(values: NDArray[np.floating], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of everybody that each value stands above, float64[n] in [0, 1]; NaN stays NaN.

    Between two points of the table by interpolation; a value that fills several points
    (everybody with score 0, say) gets their middle. Beyond the table it is 0 or 1.
    Raises ValueError for a table that is too short, falls, or holds NaN or infinity.
    """
    if len(table) < 2 or not np.isfinite(table).all() or (np.diff(table) < 0).any():
        raise ValueError("not a quantile table")
    before = np.searchsorted(table, values, "left")
    upto = np.searchsorted(table, values, "right")
    # interp may only be asked strictly between points: where points coincide it picks one.
    between = np.interp(values, table, np.arange(len(table), dtype=np.float64))
    # Between points that are very far apart its slope is lost: never beyond the two points.
    between = np.clip(between, before - 1, np.maximum(before, upto))
    place = np.where(upto > before, (before + upto - 1) / 2, between)
    return place / (len(table) - 1)
