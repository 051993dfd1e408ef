"""Crowded places of any shape, with one density for all; who stands apart is noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

import msgspec
import numpy as np

from marketing.kernel.errors import Invalid
from marketing.kernel.text import Text
from segments.learning.clusterers import Clusterer
from segments.learning.columns import Floats
from segments.learning.points import Labels, Points

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

# Pairs of neighbours that are held at once: 8 bytes each, so at most 400 MB.
MAX_PAIRS: Final = 50_000_000


class Dbscan(Clusterer, frozen=True, kw_only=True):
    """DBSCAN (Ester et al., KDD 1996). A person with ``neighbours`` within ``eps`` is a core.

    ``eps`` in prepared units; None = the knee of the sorted distances to the ``neighbours``-th
    neighbour. Others belong to the nearest core within ``eps``, which is how the cores' own
    neighbours are labelled, up to people within reach of two clusters.
    """

    label: ClassVar[Text] = Text("DBSCAN", "DBSCAN")
    suits: ClassVar[Text] = Text(
        "Crowded places of any shape with empty space between them; outsiders stay outside.",
        "任意形状、彼此隔开的密集人群；离群的人不归入任何群。",
    )
    fits_at_most: ClassVar[int] = 20_000
    agrees: ClassVar[float] = 0.99
    keeps_rows: ClassVar[bool] = True

    eps: Annotated[float, msgspec.Meta(gt=0)] | None = None
    neighbours: Annotated[int, msgspec.Meta(ge=2)] = 10

    def needs(self) -> int:
        return self.neighbours + 1

    def learn(self, sample: Floats, seed: int) -> tuple[Labels, Points]:
        """Equal rows are one point that weighs as many, which also bounds the memory."""
        from scipy.spatial import cKDTree
        from sklearn.cluster import DBSCAN

        eps = self.eps or knee(sample, self.neighbours)
        at, place, weight = np.unique(sample, axis=0, return_inverse=True, return_counts=True)
        _require_room(cKDTree(at), eps)
        model = DBSCAN(eps=eps, min_samples=self.neighbours).fit(at, sample_weight=weight)
        labels = np.asarray(model.labels_, np.int32)
        cores = model.core_sample_indices_
        reach = np.full(len(cores), eps)
        return labels[place], Points(at[cores], labels[cores], reach, np.zeros(len(cores)))


def knee(sample: Floats, neighbours: int) -> float:
    """Where the sorted distances to the k-th neighbour bend most, in prepared units, above 0.

    Source: the k-distance plot of Ester et al. (1996), its bend found as the point farthest below
    the chord (Satopää et al., ICDCSW 2011).
    """
    from scipy.spatial import cKDTree

    distance, _place = cKDTree(sample).query(sample, neighbours + 1)
    sorted_ = np.sort(distance[:, -1])
    if sorted_[-1] <= sorted_[0]:
        return float(sorted_[-1]) or np.finfo(np.float64).tiny
    share = np.linspace(0, 1, len(sorted_))
    height = (sorted_ - sorted_[0]) / (sorted_[-1] - sorted_[0])
    found = float(sorted_[int(np.argmax(share - height))])
    return found or float(sorted_[sorted_ > 0][0])


def _require_room(tree: cKDTree, eps: float) -> None:
    """Raises Invalid before neighbours are listed that would not fit into memory."""
    if tree.count_neighbors(tree, eps) > MAX_PAIRS:
        raise Invalid(
            "With this distance nearly everybody is everybody's neighbour",
            code="eps_too_large", pointer="/eps", fix=f"Choose less than {eps:g}.",
        )  # fmt: skip
