"""Whose personas a computation is about, and at which row of its columns each stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Rows:
    """Everybody up to an ordinal, or only some people.

    ``ordinals``: int64[m], rising; None means 0 to ``size`` - 1, each at its own place.
    """

    size: int
    ordinals: NDArray[np.int64] | None = None

    @property
    def asked(self) -> tuple[int, ...] | None:
        """The ordinals to ask an engine for; None for everybody."""
        return None if self.ordinals is None else tuple(self.ordinals.tolist())

    def places(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[k]: the row of each ordinal, -1 for whoever is not among them."""
        if self.ordinals is None:
            return np.where(ordinals < self.size, ordinals, -1)
        if not len(self.ordinals):
            return np.full(len(ordinals), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.ordinals, ordinals), len(self.ordinals) - 1)
        return np.where(self.ordinals[at] == ordinals, at, -1)


def everybody(size: int) -> Rows:
    return Rows(size)


def only(ordinals: NDArray[np.int64]) -> Rows:
    """These people, in rising order."""
    return Rows(len(ordinals), ordinals)
