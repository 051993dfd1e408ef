"""Stored points: how people who were not there when it was learned get a cluster.

A model is a set of points of the prepared space, each with its cluster and the distance up to
which it takes people in. Plain arrays: nothing of a library is kept, so a refresh a year later
answers as on the first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.errors import Invalid
from segments.learning.columns import Floats

Labels = NDArray[np.int32]
Arrays = Mapping[str, NDArray[np.generic]]
NOISE = -1
# Rows that are assigned together: 65,536 × 10 columns are 5 MB.
BLOCK = 65_536


@dataclass(frozen=True)
class Points:
    """``at`` float64[p, d]; ``label`` int32[p], -1 = noise; ``reach`` float64[p], inf = any.

    ``core`` float64[p]: how far a point's own neighbourhood extends, 0 where that does not matter.
    """

    at: Floats
    label: Labels
    reach: Floats
    core: Floats

    @property
    def arrays(self) -> Arrays:
        return {"at": self.at, "label": self.label, "reach": self.reach, "core": self.core}

    @classmethod
    def of(cls, arrays: Arrays) -> Points:
        """Raises Invalid when an array is missing or the lengths differ."""
        try:
            at, reach, core = (np.asarray(arrays[k], np.float64) for k in ("at", "reach", "core"))
            label = np.asarray(arrays["label"], np.int32)
        except KeyError as error:
            raise Invalid(f"The stored points have no array {error}", code="bad_points") from None
        if at.ndim != 2 or not len(at) == len(label) == len(reach) == len(core):
            raise Invalid("The stored points' arrays differ in length", code="bad_points")
        return cls(at, label, reach, core)

    def renumbered(self, new: Labels) -> Points:
        """With cluster c called ``new[c]``; noise stays noise. Ordered by the new numbers."""
        label = renumber(self.label, new)
        order = np.argsort(label, kind="stable")
        return replace(self, at=self.at[order], label=label[order], reach=self.reach[order],
                       core=self.core[order])  # fmt: skip


def centroids(rows: Floats, labels: Labels) -> Points:
    """One point a cluster, the mean of its rows; everybody belongs to the nearest."""
    sizes = np.bincount(labels)
    sums = np.stack([np.bincount(labels, column) for column in rows.T], axis=1)
    at = sums / sizes[:, None]
    endless = np.full(len(at), np.inf)
    return Points(at, np.arange(len(at), dtype=np.int32), endless, np.zeros(len(at)))


def nearest(points: Points, rows: Floats) -> Labels:
    """int32[m]: the cluster of the nearest point, noise (-1) beyond its reach."""
    from scipy.spatial import cKDTree

    if not len(points.at):
        return np.full(len(rows), NOISE, np.int32)
    distance, place = cKDTree(points.at).query(rows)
    return np.where(distance <= points.reach[place], points.label[place], NOISE).astype(np.int32)


def by_size(labels: Labels, rows: NDArray[np.floating]) -> Labels:
    """int32[k]: the new number of every old one, 0 = the largest cluster.

    Clusters of one size are ordered by their centres, so the order of people does not matter.
    """
    inside = labels >= 0
    k = int(labels.max(initial=NOISE)) + 1
    sizes = np.bincount(labels[inside], minlength=k)
    centres = [np.bincount(labels[inside], column[inside], k) for column in rows.T]
    order = np.lexsort((*reversed(centres), -sizes))
    new = np.empty(k, np.int32)
    new[order] = np.arange(k, dtype=np.int32)
    return new


def renumber(labels: Labels, new: Labels) -> Labels:
    """int32[n]: ``new[label]``, noise kept."""
    answer = np.full(len(labels), NOISE, np.int32)
    answer[labels >= 0] = new[labels[labels >= 0]]
    return answer
