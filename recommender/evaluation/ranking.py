"""Leave-last-out: is what a person took last near the top of what was not yet taken?

Every item of the catalogue competes, none is sampled (sampled metrics can reverse an order of
rankers: Krichene and Rendle, KDD 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.histories import choose, last_items, testable, without_last
from recommender.rankers import Histories, Ranker

TOP: Final = 10
BLOCK: Final = 2048
Ints = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class RankingReport:
    """Shares in [0, 1] over ``n`` people; None when there was nobody to ask.

    ``hit_rate``: the last item is among the first ten. ``ndcg``: the mean of 1 / log2(1 + rank)
    where it is (Järvelin and Kekäläinen, TOIS 2002). ``coverage``: items of the catalogue that
    stand among somebody's first ten.
    """

    n: int
    hit_rate: float | None
    ndcg: float | None
    coverage: float | None


def evaluate_ranker(
    ranker: Ranker, histories: Histories, rows: Ints | None = None, seed: int = 0
) -> RankingReport:
    """Fit without the last item of ``rows`` (int64[m], all people if None), then rank it.

    Other people's histories are learned whole. Who took nothing, or ends on an item that was
    taken before, is not asked.
    """
    everybody = np.arange(len(histories))
    rows = testable(histories, everybody if rows is None else rows)
    known = without_last(histories, rows)
    learned = ranker.fit(known, seed)
    ranks, shown = np.empty(len(rows), np.int64), np.zeros(histories.n_items, np.bool_)
    for start in range(0, len(rows), BLOCK):
        asked = rows[start : start + BLOCK]
        scores = _without_owned(ranker.scores_many(learned, choose(known, asked)), known, asked)
        ranks[start : start + BLOCK] = ranks_of(scores, last_items(histories, asked))
        shown[_first(scores)] = True
    return report(ranks, float(shown.mean()) if histories.n_items else None)


def ranks_of(scores: Scores, target: NDArray[np.int32]) -> Ints:
    """int64[m] from 1: who is not clearly below the target stands before it, ties and NaN too."""
    own = np.take_along_axis(scores, target[:, None].astype(np.int64), axis=1)
    return np.asarray(np.count_nonzero(~(scores < own), axis=1), dtype=np.int64)


def report(ranks: Ints, coverage: float | None) -> RankingReport:
    """Of ranks int64[m] from 1."""
    if not len(ranks):
        return RankingReport(0, None, None, None)
    gain = np.where(ranks <= TOP, 1 / np.log2(1 + ranks), 0.0)
    hits = float(np.mean(ranks <= TOP))
    return RankingReport(len(ranks), hits, float(gain.mean()), coverage)


def _without_owned(scores: Scores, known: Histories, rows: Ints) -> Scores:
    """The same scores with -inf for what the person already has."""
    owned = choose(known, rows)
    person = np.repeat(np.arange(len(rows)), np.diff(owned.starts))
    free = scores.copy()
    free[person, owned.items] = -np.inf
    return free


def _first(scores: Scores) -> Ints:
    """The items that stand among the first ten of any row, equal ones by their number."""
    top = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    chosen = np.take_along_axis(scores, top, axis=1)
    return np.unique(top[~np.isneginf(chosen)])
