"""Items that the same people took: cosine neighbours, in no order of time."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.rankers import Arrays, Histories, Ranker
from recommender.rankers._linear import blocks, is_first, log_popularity, score_all, terms


class ItemKnn(Ranker, frozen=True):
    """score[j] = sum over the different items i of the history of cosine(i, j).

    cosine(i, j) = people who took both / sqrt(people who took i * people who took j), kept for
    the ``neighbours`` nearest items of each i. Source: Sarwar et al., WWW 2001; Deshpande and
    Karypis, TOIS 2004.
    """

    label: ClassVar[Text] = Text("People also took (item-kNN)", "看过的人也学了（物品近邻）")

    neighbours: Annotated[int, msgspec.Meta(ge=1)] = 100

    def fit(self, histories: Histories, seed: int) -> dict[str, NDArray[np.generic]]:
        """``near`` float32[n_items, n_items], ``prior`` float32[n_items]; no randomness."""
        both = np.zeros((histories.n_items, histories.n_items), np.float32)
        for _, block in blocks(histories, is_first(histories).astype(np.float32)):
            both += block.T @ block
        near = _nearest(_cosine(both), self.neighbours)
        return {"near": near, "prior": log_popularity(histories)}

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> NDArray[np.float32]:
        if not len(history):
            return np.array(learned["prior"], dtype=np.float32)
        near = np.asarray(learned["near"][np.unique(history)], np.float32)
        return np.asarray(near.sum(axis=0), np.float32)

    def scores_many(self, learned: Arrays, histories: Histories) -> NDArray[np.float32]:
        near, prior = (np.asarray(learned[name], np.float32) for name in ("near", "prior"))
        return score_all(near, prior, histories, is_first(histories).astype(np.float32))

    def reasons(
        self, learned: Arrays, history: NDArray[np.int32], item: int
    ) -> list[tuple[int, float]]:
        """Shares are cosines; empty for a cold person, whose score is popularity."""
        different = np.unique(history)
        return terms(different, np.asarray(learned["near"][different, item], np.float64))


def _cosine(both: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of counts float32[n, n] with takers on the diagonal; an item is no neighbour of itself."""
    length = np.sqrt(np.maximum(np.diagonal(both), 1))
    cosine = both / length[:, None] / length[None, :]
    np.fill_diagonal(cosine, 0)
    return cosine.astype(np.float32)


def _nearest(cosine: NDArray[np.float32], neighbours: int) -> NDArray[np.float32]:
    """All but the ``neighbours`` largest of each row become 0."""
    if neighbours >= len(cosine):
        return cosine
    rest = np.argpartition(-cosine, neighbours, axis=1)[:, neighbours:]
    np.put_along_axis(cosine, rest, 0, axis=1)
    return cosine
