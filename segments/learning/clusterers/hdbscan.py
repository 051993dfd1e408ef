"""Crowded places of any shape and of different densities; who stands apart is noise."""

from __future__ import annotations

from math import ceil
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from marketing.kernel.text import Text
from segments.learning.clusterers import Clusterer
from segments.learning.columns import Bools, Floats, Ints
from segments.learning.points import NOISE, Labels, Points


class Hdbscan(Clusterer, frozen=True, kw_only=True):
    """HDBSCAN (Campello et al., PAKDD 2013), clusters by excess of mass.

    ``smallest_share``: of the people, below which a crowd is no cluster. A cluster is what hangs
    together at distances below the one at which it parted from the rest (distances of mutual
    reachability), so a person belongs to it who is nearer than that to one of its points.
    """

    label: ClassVar[Text] = Text("HDBSCAN", "HDBSCAN")
    suits: ClassVar[Text] = Text(
        "Like DBSCAN where some crowds are dense and others loose; nothing to set but the smallest"
        " size.",
        "同DBSCAN，但各群疏密可以不同；只需给出最小规模。",
    )
    fits_at_most: ClassVar[int] = 20_000
    agrees: ClassVar[float] = 0.99
    keeps_rows: ClassVar[bool] = True

    smallest_share: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.02
    neighbours: Annotated[int, msgspec.Meta(ge=2, le=100)] = 10

    def needs(self) -> int:
        return 2 * self.neighbours

    def learn(self, sample: Floats, seed: int) -> tuple[Labels, Points]:
        from sklearn.cluster import HDBSCAN

        smallest = max(ceil(self.smallest_share * len(sample)), self.neighbours)
        model = HDBSCAN(min_cluster_size=smallest, min_samples=self.neighbours, copy=True)
        labels = np.asarray(model.fit(sample).labels_, np.int32)
        core = _core(sample, sample, self.neighbours)[2]
        return labels, Points(sample, labels, _reaches(sample, labels, core), core)

    def place(self, points: Points, block: Floats) -> Labels:
        """Among a row's neighbours, the nearest by mutual reachability that takes it in."""
        distance, place, core = _core(points.at, block, self.neighbours)
        apart = np.maximum(np.maximum(distance, points.core[place]), core[:, None])
        apart[(points.label[place] == NOISE) | (apart >= points.reach[place])] = np.inf
        rows = np.arange(len(block))
        best = np.argmin(apart, axis=1)
        joins = np.isfinite(apart[rows, best])
        return np.where(joins, points.label[place[rows, best]], NOISE).astype(np.int32)


def _core(at: Floats, rows: Floats, neighbours: int) -> tuple[Floats, Ints, Floats]:
    """Distances and places [m, k] of the nearest points, and the k-th distance [m]."""
    from scipy.spatial import cKDTree

    distance, place = cKDTree(at).query(rows, neighbours)
    return distance, place, distance[:, -1]


def _reaches(sample: Floats, labels: Labels, core: Floats) -> Floats:
    """float64[m]: for each point, the distance at which its cluster parted from the rest."""
    reach = np.zeros(len(sample))
    for cluster in range(int(labels.max(initial=NOISE)) + 1):
        inside = labels == cluster
        reach[inside] = _parting(sample, core, inside)
    return reach


def _parting(sample: Floats, core: Floats, inside: Bools) -> float:
    """The least mutual reachability distance between the cluster and anybody else.

    Single linkage merges the cluster with its sibling at just that distance. The nearest pair gives
    a bound; only pairs within the bound can be nearer.
    """
    from scipy.spatial import cKDTree

    distance, place = cKDTree(sample[~inside]).query(sample[inside])
    apart = np.maximum(np.maximum(distance, core[inside]), core[~inside][place])
    bound = float(apart.min())
    mine, others = (np.flatnonzero(side & (core <= bound)) for side in (inside, ~inside))
    near = cKDTree(sample[mine]).sparse_distance_matrix(
        cKDTree(sample[others]), bound, output_type="ndarray"
    )
    if not len(near):
        return bound
    cores = np.maximum(core[mine[near["i"]]], core[others[near["j"]]])
    return min(bound, float(np.maximum(near["v"], cores).min()))
