"""How many people have each amount: what a percentile needs, in a form that adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
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
    return _values(*_digits(amounts))


def histograms(
    codes: NDArray[np.int64], n_cells: int, amounts: NDArray[np.floating]
) -> list[Histogram]:
    """One a cell; ``codes`` int64[n] in 0 to n_cells - 1, ``amounts`` float[n]. By counting, not by
    sorting: there are few distinct amounts.
    """
    whole, power = _digits(amounts)
    key = (power - _LOWEST) * _WIDTH + whole + _WIDTH // 2
    used = np.flatnonzero(np.bincount(key))
    values = _values(used % _WIDTH - _WIDTH // 2, used // _WIDTH + _LOWEST)
    order = np.argsort(values)
    place = np.empty(int(used.max(initial=0)) + 1, dtype=np.int64)
    place[used[order]] = np.arange(len(used))
    cell, which, people = _counted(codes * max(len(used), 1) + place[key], len(used), n_cells)
    told, edges = values[order][which], np.searchsorted(cell, np.arange(n_cells + 1))
    return [
        Histogram(tuple(told[start:end].tolist()), tuple(people[start:end].tolist()))
        for start, end in pairwise(edges.tolist())
    ]


_LOWEST, _WIDTH = -210, 4 * 10**DIGITS
_MOST_CELLS = 1 << 23


def _counted(pairs: Ints, n_values: int, n_cells: int) -> tuple[Ints, Ints, Ints]:
    """(cell, value, how often) of each pair that is there, in order."""
    if n_values * n_cells <= _MOST_CELLS:
        counts = np.bincount(pairs)
        there = np.flatnonzero(counts)
        counts = counts[there]
    else:
        there, counts = np.unique(pairs, return_counts=True)
    return (*np.divmod(there, max(n_values, 1)), counts)


def _digits(amounts: NDArray[np.floating]) -> tuple[Ints, Ints]:
    """(whole, power), int64[n] each: whole x 10^power, the whole of ``DIGITS`` digits, or 0."""
    values = amounts.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError("amounts hold NaN or infinity")
    size = np.maximum(np.abs(values), _LEAST)
    power = np.floor(np.log10(size)).astype(np.int64) - (DIGITS - 1)
    # Powers of ten with a positive exponent are whole, so each result is the nearest decimal.
    whole = np.round(values / _ten(power) * _ten(-power)).astype(np.int64)
    carried = np.abs(whole) == 10**DIGITS
    return np.where(carried, whole // 10, whole), np.where(whole == 0, 0, power + carried)


def _values(whole: Ints, power: Ints) -> NDArray[np.float64]:
    return np.asarray(whole / _ten(-power) * _ten(power))


def _ten(power: Ints) -> NDArray[np.float64]:
    """10^power, 1 below 0; float64[n]."""
    return _TENS[np.maximum(power, 0)]


_TENS = np.power(10.0, np.arange(309)).astype(np.float64)
