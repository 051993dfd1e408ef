"""Several questions of one experiment: p-values as if only one had been asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted so that any false finding among them all is as rare as one of a single question.

    In the order given, within [0, 1]. Source: Holm (1979), Scand. J. Statistics 6:65-70.
    """
    p, order = _sorted(p_values)
    adjusted = np.maximum.accumulate(p * (len(p) - np.arange(len(p))))
    return _back(adjusted, order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted so that of what is found at most that share is expected to be false.

    For independent or positively dependent questions. Source: Benjamini and Hochberg (1995), JRSS B
    57:289-300.
    """
    p, order = _sorted(p_values)
    scaled = p * len(p) / (np.arange(len(p)) + 1)
    return _back(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _sorted(p_values: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a p-value is NaN or outside [0, 1]")
    order = np.argsort(p, kind="stable")
    return p[order], order


def _back(adjusted: NDArray[np.float64], order: NDArray[np.int64]) -> list[float]:
    found = np.empty_like(adjusted)
    found[order] = np.minimum(adjusted, 1.0)
    return [float(each) for each in found]
