"""Round groups around means: the fast default."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np

from marketing.kernel.text import Text
from segments.learning.clusterers import Clusterer
from segments.learning.columns import Floats
from segments.learning.points import Labels, Points, centroids


class KMeans(Clusterer, frozen=True, kw_only=True):
    """Lloyd's algorithm from ten k-means++ starts (Arthur and Vassilvitskii, SODA 2007).

    Memory beyond the matrix: its sample of 100,000 rows and the distances to k means.
    """

    label: ClassVar[Text] = Text("k-means", "K均值")
    suits: ClassVar[Text] = Text(
        "Groups of similar extent around an average person; everybody belongs to one.",
        "各群大小相近、围绕一个平均人；每个人都归入一群。",
    )
    fits_at_most: ClassVar[int] = 100_000

    k: Annotated[int, msgspec.Meta(ge=2, le=50)] = 5

    def needs(self) -> int:
        return self.k

    def learn(self, sample: Floats, seed: int) -> tuple[Labels, Points]:
        from sklearn.cluster import KMeans as Lloyd

        model = Lloyd(self.k, n_init=10, max_iter=300, tol=0, random_state=seed).fit(sample)
        # Where people are mostly equal a mean can end up without anybody.
        labels = np.unique(model.labels_, return_inverse=True)[1].astype(np.int32)
        return labels, centroids(sample, labels)
