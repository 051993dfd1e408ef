"""Sums over a group of people: all that its figures are computed from, in a form that adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.histogram import Histogram


@dataclass(frozen=True, slots=True)
class Pairs:
    """``n`` people, sums of ``y``, ``x`` and of their products; `Pairs()` is the zero.

    ``x``: what ``y`` is divided by, or was before. ``counts``: how many people have each ``y``,
    where a percentile is asked for. Give money as integer minor units, then the sums are exact. The
    properties need two people.
    """

    n: int = 0
    y: float = 0
    x: float = 0
    yy: float = 0
    xy: float = 0
    xx: float = 0
    counts: Histogram | None = None

    def __post_init__(self) -> None:
        if not (self.n >= 0 and self.yy >= 0 and self.xx >= 0):
            raise ValueError(f"{self.n} people with squares {self.yy} and {self.xx}")

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(
            self.n + other.n, self.y + other.y, self.x + other.x,
            self.yy + other.yy, self.xy + other.xy, self.xx + other.xx,
            _together(self.counts, other.counts),
        )  # fmt: skip

    @classmethod
    def of(cls, y: NDArray[np.floating], x: NDArray[np.floating] | None = None) -> Pairs:
        """Of float[n] and float[n], None: x is 0. Raises ValueError for other lengths, NaN or
        infinity.
        """
        x = np.zeros_like(y) if x is None else x
        if y.shape != x.shape or y.ndim != 1:
            raise ValueError(f"values {y.shape} beside {x.shape}")
        a, b = y.astype(np.float64), x.astype(np.float64)
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError("values hold NaN or infinity")
        return cls(a.size, float(a.sum()), float(b.sum()), float(a @ a), float(a @ b), float(b @ b))

    @property
    def mean_y(self) -> float:
        return self.y / self.n

    @property
    def mean_x(self) -> float:
        return self.x / self.n

    @property
    def variance_y(self) -> float:
        """Unbiased, at least 0."""
        return max(self._product(self.yy, self.y, self.y), 0.0)

    @property
    def variance_x(self) -> float:
        """Unbiased, at least 0."""
        return max(self._product(self.xx, self.x, self.x), 0.0)

    @property
    def covariance(self) -> float:
        """Unbiased."""
        return self._product(self.xy, self.x, self.y)

    def _product(self, both: float, one: float, other: float) -> float:
        return (self.n * both - one * other) / (self.n * (self.n - 1))


def _together(one: Histogram | None, other: Histogram | None) -> Histogram | None:
    if one is None or other is None:
        return one or other
    return one + other
