"""What people take next: a ridge regression from the decayed history onto the next item.

The history's state is s = sum over its items of d^age * e_item; the regression of the next item
on s has the closed form L = A^-1 M. With T_g[i, j] = how often j was taken g steps after i,

    M = sum over g of d^(g-1) T_g,    A = (diag(c) + d (M + M^T)) / (1 - d^2) + lambda I,

where c counts the items. Only counts of gaps are needed, in one pass over the histories, and they
add across sites and days. Family: SLIST, Choi et al., WWW 2021; the ridge: EASE, Steck, WWW 2019.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.rankers import Arrays, Histories, Ranker
from recommender.rankers._linear import age_of, log_popularity, rows_of, score_all, terms


class NextItemRidge(Ranker, frozen=True):
    """``decay`` d per step, ``ridge`` lambda in counts, ``window`` the widest gap that is counted.

    The defaults suit a catalogue of hundreds of courses; ``recommender.evaluation.search`` learns
    both for a site from its own histories. Scores have no unit and may be negative.
    """

    label: ClassVar[Text] = Text("What comes next (next-item ridge)", "接下来学什么（次项岭回归）")

    decay: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.5
    ridge: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    window: Annotated[int, msgspec.Meta(ge=1)] = 20

    def fit(self, histories: Histories, seed: int) -> dict[str, NDArray[np.generic]]:
        """``follows`` float32[n_items, n_items] (L), ``prior`` float32[n_items]; no randomness."""
        after = self._after(histories)
        gram = self.decay * (after + after.T)
        gram[np.diag_indices(histories.n_items)] += np.bincount(
            histories.items, minlength=histories.n_items
        )
        gram /= 1 - self.decay**2
        gram[np.diag_indices(histories.n_items)] += self.ridge
        follows = np.linalg.solve(gram, after).astype(np.float32)
        return {"follows": follows, "prior": log_popularity(histories)}

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> NDArray[np.float32]:
        """Linear in the history: one more item makes them ``decay * scores + L[item]``."""
        if not len(history):
            return np.array(learned["prior"], dtype=np.float32)
        rows = np.asarray(learned["follows"][history], np.float32)
        return np.asarray(self._weights(len(history)) @ rows, np.float32)

    def scores_many(self, learned: Arrays, histories: Histories) -> NDArray[np.float32]:
        follows, prior = (np.asarray(learned[name], np.float32) for name in ("follows", "prior"))
        weights = (self.decay ** age_of(histories)).astype(np.float32)
        return score_all(follows, prior, histories, weights)

    def reasons(
        self, learned: Arrays, history: NDArray[np.int32], item: int
    ) -> list[tuple[int, float]]:
        """The exact terms of the score; empty for a cold person, whose score is popularity."""
        column = np.asarray(learned["follows"][history, item], np.float64)
        return terms(history, self._weights(len(history)) * column)

    def _weights(self, length: int) -> NDArray[np.float32]:
        weights = self.decay ** np.arange(length - 1, -1, -1, dtype=np.float64)
        return weights.astype(np.float32)

    def _after(self, histories: Histories) -> NDArray[np.float64]:
        """M of the formula: float64[n_items, n_items]."""
        after = np.zeros((histories.n_items, histories.n_items))
        row, items = rows_of(histories), histories.items
        for gap in range(1, self.window + 1):
            same = row[gap:] == row[:-gap]
            weight = self.decay ** (gap - 1)
            np.add.at(after, (items[:-gap][same], items[gap:][same]), weight)
        return after
