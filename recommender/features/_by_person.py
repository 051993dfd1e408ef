"""From rows of many people to one number a person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def find(among: Ints, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each of ``keys`` (int64[n]) stands in ``among`` (sorted, unique), and whether it does.

    A key that is not there gets place 0 and False.
    """
    if not len(among):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    place = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found = among[place] == keys
    return np.where(found, place, 0), found


class ByPerson:
    """Rows grouped onto ``people`` (int64[m], sorted, unique); rows of others are left out.

    ``person`` int64[n] gives each row's person. Every answer is float64[m] aligned with
    ``people``. Values that are NaN are left out as if the row were not there.
    """

    def __init__(self, people: Ints, person: Ints) -> None:
        self.size = len(people)
        self.place, self.known = find(people, person)

    def count(self) -> Floats:
        """Rows a person; 0 for nobody's."""
        return self._bins(self.place[self.known])

    def total(self, values: Floats) -> Floats:
        """Sum; 0 where there is nothing to add."""
        rows = self.known & ~np.isnan(values)
        return np.bincount(self.place[rows], values[rows], self.size).astype(np.float64)

    def mean(self, values: Floats) -> Floats:
        """Mean; NaN where there is no value."""
        n = self._bins(self.place[self.known & ~np.isnan(values)])
        return np.where(n > 0, self.total(values) / np.maximum(n, 1), np.nan)

    def smallest(self, values: Floats) -> Floats:
        """Minimum; NaN where there is no value."""
        rows = self.known & ~np.isnan(values)
        least = np.full(self.size, np.inf)
        np.minimum.at(least, self.place[rows], values[rows])
        return np.where(np.isinf(least), np.nan, least)

    def largest(self, values: Floats) -> Floats:
        """Maximum; NaN where there is no value."""
        return -self.smallest(-values)

    def last(self, values: Floats) -> Floats:
        """The value of the last row that has one (rows oldest first); NaN where there is none."""
        rows = np.flatnonzero(self.known & ~np.isnan(values))
        latest = np.full(self.size, -1, np.int64)
        np.maximum.at(latest, self.place[rows], rows)
        return np.where(latest >= 0, np.append(values, np.nan)[latest], np.nan)

    def _bins(self, place: Ints) -> Floats:
        return np.bincount(place, minlength=self.size).astype(np.float64)
