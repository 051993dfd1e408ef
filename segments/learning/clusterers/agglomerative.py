"""Groups merged step by step from single people (Ward)."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np

from marketing.kernel.text import Text
from segments.learning.clusterers import Clusterer
from segments.learning.columns import Floats
from segments.learning.points import Labels, Points, centroids


class Agglomerative(Clusterer, frozen=True, kw_only=True):
    """Ward's linkage (Ward, JASA 1963): each merge adds the least squared distance.

    Its sample's distances take 8 · 6,000² / 2 = 144 MB. Others are assigned to the nearest mean of
    a group, which is not how the groups were merged: where groups touch, some of those it learned
    from are assigned elsewhere, and ``Fit.agreement`` says how many.
    """

    label: ClassVar[Text] = Text("Agglomerative", "层次聚类")
    suits: ClassVar[Text] = Text(
        "Groups of different sizes; no starting point to be lucky with. Learned from 6,000 people.",
        "各群大小可以不同，不依赖初始点；从6,000人中学习。",
    )
    fits_at_most: ClassVar[int] = 6_000
    agrees: ClassVar[float] = 0.9

    k: Annotated[int, msgspec.Meta(ge=2, le=50)] = 5

    def needs(self) -> int:
        return self.k

    def learn(self, sample: Floats, seed: int) -> tuple[Labels, Points]:
        from sklearn.cluster import AgglomerativeClustering

        merged = AgglomerativeClustering(self.k, linkage="ward").fit_predict(sample)
        labels = np.asarray(merged, np.int32)
        return labels, centroids(sample, labels)
