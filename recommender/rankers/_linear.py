"""Rankers whose score is a sum over the history: score[j] = sum of weight * matrix[item, j]."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.rankers import Histories

Float32 = NDArray[np.float32]
# Of this many people at a time a dense row of the catalogue is held.
BLOCK = 2048


def rows_of(histories: Histories) -> NDArray[np.int64]:
    """int64[k]: the person of each interaction."""
    return np.repeat(np.arange(len(histories)), np.diff(histories.starts))


def age_of(histories: Histories) -> NDArray[np.int64]:
    """int64[k]: how many interactions of the same person came after each."""
    return histories.starts[rows_of(histories) + 1] - 1 - np.arange(len(histories.items))


def is_first(histories: Histories) -> NDArray[np.bool_]:
    """bool[k]: False where the person had taken the same item before."""
    key = rows_of(histories) * histories.n_items + histories.items
    first = np.zeros(len(key), np.bool_)
    first[np.unique(key, return_index=True)[1]] = True
    return first


def blocks(histories: Histories, weights: Float32) -> Iterator[tuple[slice, Float32]]:
    """Slices of people with their weighted item counts float32[people, n_items]."""
    row = rows_of(histories)
    for start in range(0, len(histories), BLOCK):
        people = slice(start, min(start + BLOCK, len(histories)))
        taken = slice(histories.starts[people.start], histories.starts[people.stop])
        block = np.zeros((people.stop - people.start, histories.n_items), np.float32)
        np.add.at(block, (row[taken] - start, histories.items[taken]), weights[taken])
        yield people, block


def score_all(matrix: Float32, prior: Float32, histories: Histories, weights: Float32) -> Float32:
    """float32[n_people, n_items]; who has no history gets ``prior`` float32[n_items]."""
    scores = np.empty((len(histories), histories.n_items), np.float32)
    for people, block in blocks(histories, weights):
        np.matmul(block, matrix, out=scores[people])
    scores[np.diff(histories.starts) == 0] = prior
    return scores


def log_popularity(histories: Histories) -> Float32:
    """float32[n_items]: ln(1 + interactions with the item), for who has no history yet."""
    counts = np.bincount(histories.items, minlength=histories.n_items)
    return np.log1p(counts).astype(np.float32)


def terms(history: NDArray[np.int32], shares: NDArray[np.floating]) -> list[tuple[int, float]]:
    """Each item of the history with its whole share, largest first, equal ones by number."""
    items, place = np.unique(history, return_inverse=True)
    whole = np.bincount(place, shares, len(items))
    order = np.argsort(-whole, kind="stable")
    return [(int(items[i]), float(whole[i])) for i in order]
