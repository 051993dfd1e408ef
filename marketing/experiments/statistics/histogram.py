"""How many people have each amount: what a percentile needs, in a form that adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = 3
"""Significant digits that amounts are told apart by: a few hundred a power of ten, not millions."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """``values``: ascending, each once; ``people``: how many have each. `Histogram()` is the zero
    of the addition.
    """

    values: tuple[float, ...] = ()
    people: tuple[int, ...] = ()

    def __add__(self, other: Histogram) -> Histogram:
        counts = Counter(dict(zip(self.values, self.people, strict=True)))
        counts.update(dict(zip(other.values, other.people, strict=True)))
        return Histogram(*zip(*sorted(counts.items()), strict=True)) if counts else Histogram()

    @classmethod
    def of(cls, amounts: NDArray[np.floating]) -> Histogram:
        """Of float[n], rounded to ``DIGITS``. Raises ValueError for NaN or infinity."""
        values, people = np.unique(rounded(amounts), return_counts=True)
        return cls(tuple(values.tolist()), tuple(people.tolist()))

    @property
    def n(self) -> int:
        return sum(self.people)

    def at(self, percentile: float) -> float | None:
        """The smallest value that so many in a hundred people do not exceed; None: nobody."""
        if not self.people:
            return None
        reached = np.cumsum(self.people) / self.n
        return self.values[int(np.searchsorted(reached, percentile / 100 - _ROUNDING))]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"values": list(self.values), "people": list(self.people)}


# Shares that are meant to be equal may differ by the last bits of their sums.
_ROUNDING = 1e-12
_LEAST = 1e-200  # nobody's amount; powers of ten below it overflow


def rounded(amounts: NDArray[np.floating]) -> NDArray[np.float64]:
    """float64[n] to ``DIGITS`` significant digits. Raises ValueError for NaN or infinity."""
    values = amounts.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError("amounts hold NaN or infinity")
    size = np.abs(values)
    size = np.maximum(size, _LEAST)
    power = np.floor(np.log10(size)) - (DIGITS - 1)
    # Powers of ten with a positive exponent are whole, so each result is the nearest decimal.
    up, down = 10.0 ** np.maximum(power, 0), 10.0 ** np.maximum(-power, 0)
    return np.asarray(np.round(values / up * down) / down * up + 0.0)  # + 0.0: no minus zero


def histograms(
    codes: NDArray[np.int64], n_cells: int, amounts: NDArray[np.floating]
) -> list[Histogram]:
    """One a cell; ``codes`` int64[n] in 0 to n_cells - 1, ``amounts`` float[n]."""
    values, place = np.unique(rounded(amounts), return_inverse=True)
    keys, people = np.unique(codes * max(len(values), 1) + place, return_counts=True)
    cell, which = np.divmod(keys, max(len(values), 1))
    edges = np.searchsorted(cell, np.arange(n_cells + 1))
    return [
        Histogram(tuple(values[which[start:end]].tolist()), tuple(people[start:end].tolist()))
        for start, end in pairwise(edges.tolist())
    ]
