"""Choosing a ranker's parameters for a site, without looking at what it will be judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from recommender.evaluation.histories import without_last
from recommender.evaluation.ranking import RankingReport, evaluate_ranker
from recommender.rankers import Histories, Ranker
from recommender.rankers.next_item_ridge import NextItemRidge

DECAYS: Final = (0.3, 0.5, 0.7, 0.85)
RIDGES: Final = (1.0, 5.0, 25.0, 150.0)


@dataclass(frozen=True)
class Choice:
    """``best`` and every candidate with its report on the validation items."""

    best: Ranker
    tried: tuple[tuple[Ranker, RankingReport], ...]


def choose_ranker(candidates: Sequence[Ranker], histories: Histories, seed: int = 0) -> Choice:
    """The candidate with the highest NDCG@10 on the second-last item of every history.

    The last items are cut away first: neither fit nor choice sees them. The first of equals
    wins. Raises ValueError without candidates.
    """
    if not candidates:
        raise ValueError("no candidates")
    seen = without_last(histories, np.arange(len(histories)))
    tried = tuple((one, evaluate_ranker(one, seen, seed=seed)) for one in candidates)
    best, _ = max(tried, key=lambda pair: pair[1].ndcg or 0.0)
    return Choice(best, tried)


def choose_ridge(histories: Histories, seed: int = 0) -> Choice:
    """``choose_ranker`` over a grid of decays and ridges of the next-item ridge."""
    grid = [NextItemRidge(decay=d, ridge=r) for d, r in product(DECAYS, RIDGES)]
    return choose_ranker(grid, histories, seed)
