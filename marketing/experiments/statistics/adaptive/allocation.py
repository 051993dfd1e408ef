"""Shares of traffic that are safe to assign by: each arm keeps some, and they make exactly 1."""

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.adaptive.best import check_probabilities

Floats = NDArray[np.float64]

UNITS = 2**40
"""Shares are whole multiples of 1 / UNITS, so that their sum is exactly 1 in any order."""


def allocate(probabilities: Floats, floor: float = 0.0, uniform: float = 0.0) -> Floats:
    """Shares float64[..., k] of the next batch, adding up to exactly 1.

    Every arm gets `floor`, a slice `uniform` is split evenly, and what is left follows
    `probabilities` float64[..., k] (any positive scale): floor + uniform / k +
    (1 - k floor - uniform) p, to within 1 / UNITS. So no propensity is ever below floor +
    uniform / k, and weights of 1 / propensity are bounded. `floor` and `uniform` in [0, 1];
    equal shares are uniform = 1. Raises ValueError for no arms, probabilities that are
    negative, not finite or all 0, and floors and slice that exceed 1 together.
    """
    check_probabilities(probabilities)
    p = np.asarray(probabilities, np.float64)
    k = p.shape[-1]
    if not (0 <= floor <= 1 and 0 <= uniform <= 1):
        raise ValueError(f"floor {floor} or uniform {uniform} outside [0, 1]")
    least, even = int(np.ceil(floor * UNITS)), round(uniform * UNITS)
    rest = UNITS - k * least - even
    if rest < -k or k * least > UNITS:
        raise ValueError(f"{k} floors of {floor} and a slice of {uniform} exceed 1")
    equal = np.ones_like(p)
    shares = least + _split(min(even, UNITS - k * least), equal) + _split(max(rest, 0), p)
    return np.asarray(shares / UNITS, np.float64)


def pick(shares: Floats, places: Floats) -> NDArray[np.int8]:
    """Arm int8[n] of people at `places` float64[n] in [0, 1), such as their buckets.

    `shares` float64[k], or float64[n, k] with a row for each person. Raises ValueError for
    a place outside [0, 1), shares that do not add up to 1 and more than 127 arms.
    """
    if len(places) and not (places.min() >= 0 and places.max() < 1):
        raise ValueError("a place is NaN or outside [0, 1)")
    if shares.shape[-1] > 127 or not np.all(np.abs(shares.sum(axis=-1) - 1) < 1e-9):
        raise ValueError("shares do not add up to 1 or are more than 127")
    ends = np.cumsum(shares, axis=-1)[..., :-1]
    return np.asarray((places[:, None] >= ends).sum(axis=-1), np.int8)


def _split(units: int, p: Floats) -> NDArray[np.int64]:
    """Whole units int64[..., k] in proportion to `p`, by the largest remainders."""
    scaled = p / p.max(axis=-1, keepdims=True)  # tiny and huge scales neither vanish nor overflow
    ideal = units * (scaled / scaled.sum(axis=-1, keepdims=True))
    whole = np.floor(ideal).astype(np.int64)
    left = units - whole.sum(axis=-1, keepdims=True)
    order = np.argsort(whole - ideal, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    return np.asarray(whole + (rank < left), np.int64)
