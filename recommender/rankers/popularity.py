"""What most people took: the baseline that every other ranker is held against."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.rankers import Arrays, Histories, Ranker
from recommender.rankers._linear import log_popularity


class Popularity(Ranker, frozen=True):
    """Scores are ln(1 + how often the item was taken), the same for everybody."""

    label: ClassVar[Text] = Text("Most popular", "最受欢迎")
    personal: ClassVar[bool] = False

    def fit(self, histories: Histories, seed: int) -> dict[str, NDArray[np.generic]]:
        """``prior`` float32[n_items]; ``seed`` has no influence."""
        return {"prior": log_popularity(histories)}

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> NDArray[np.float32]:
        return np.array(learned["prior"], dtype=np.float32)

    def scores_many(self, learned: Arrays, histories: Histories) -> NDArray[np.float32]:
        return np.tile(np.asarray(learned["prior"], np.float32), (len(histories), 1))
