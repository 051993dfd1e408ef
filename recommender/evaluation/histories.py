"""Cutting and choosing histories for an evaluation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.rankers import Histories

Ints = NDArray[np.int64]


def choose(histories: Histories, rows: Ints) -> Histories:
    """The histories of ``rows`` (int64[m]), in that order."""
    lengths = np.diff(histories.starts)[rows]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shift = np.repeat(histories.starts[rows] - starts[:-1], lengths)
    return Histories(histories.items[np.arange(starts[-1]) + shift], starts, histories.n_items)


def without_last(histories: Histories, rows: Ints) -> Histories:
    """All histories, those of ``rows`` without their last item; an empty one stays empty."""
    lengths = np.diff(histories.starts)
    cut = np.zeros(len(histories), np.int64)
    cut[rows] = lengths[rows] > 0
    keep = np.ones(len(histories.items), np.bool_)
    keep[histories.starts[1:][cut == 1] - 1] = False
    starts = np.concatenate([[0], np.cumsum(lengths - cut)]).astype(np.int64)
    return Histories(histories.items[keep], starts, histories.n_items)


def last_items(histories: Histories, rows: Ints) -> NDArray[np.int32]:
    """int32[m]: the last item of each of ``rows``, whose histories must not be empty."""
    return histories.items[histories.starts[rows + 1] - 1]


def testable(histories: Histories, rows: Ints) -> Ints:
    """Those of ``rows`` whose last item exists and was not taken before (it cannot be ranked)."""
    lengths = np.diff(histories.starts)
    rows = rows[lengths[rows] > 0]
    asked = choose(histories, rows)
    last = last_items(histories, rows)
    owner = np.repeat(np.arange(len(rows)), np.diff(asked.starts))
    times = np.bincount(owner, asked.items == last[owner], len(rows))
    return np.asarray(rows[times == 1], dtype=np.int64)
