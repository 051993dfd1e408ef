"""How far people come through ordered steps: plain numpy over one block of whole people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.insights._blocks import Block

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reached:
    """Who reached one step, each once: when they first did, how long that took.

    person: int64[p], ascending. from_start_us, from_previous_us: int64[p], of the shortest attempt
    that ends with that first time.
    """

    person: Ints
    from_start_us: Ints
    from_previous_us: Ints


@dataclass(frozen=True)
class Starts:
    """A first step counts in [from_us, until_us); an attempt lasts at most ``within_us``."""

    from_us: int
    until_us: int
    within_us: int


def attempts(block: Block, starts: Starts) -> list[Reached]:
    """One entry a step. The steps are the block's choices, in order.

    An attempt is a first step and then each next step at a strictly later moment, the last one no
    later than ``within_us`` after the first. A person has reached a step if any attempt did. Of all
    attempts that end at an event, the one that started last is the one most likely to be in time,
    so it alone is carried: the largest row index, since rows are in order of time.
    """
    row = np.arange(len(block))
    person, before = _edges(block)
    inside = (block.at_us >= starts.from_us) & (block.at_us < starts.until_us)
    start = np.where(block.chosen[0] & inside, row, -1)
    found = [_first(block, np.flatnonzero(start >= 0), row, row)]
    for is_step in block.chosen[1:]:
        origin, previous = _latest(start, before)
        in_time = block.at_us - block.at_us[origin] <= starts.within_us
        goes_on = is_step & (origin >= person) & in_time
        start = np.where(goes_on, origin, -1)
        found.append(_first(block, np.flatnonzero(goes_on), origin, previous))
    return found


def last_start_us(block: Block, starts: Starts) -> tuple[Ints, Ints]:
    """(person int64[p], at_us int64[p]): the newest first step of each person."""
    inside = (block.at_us >= starts.from_us) & (block.at_us < starts.until_us)
    rows = np.flatnonzero(block.chosen[0] & inside)
    is_last = np.append(block.person[rows][1:] != block.person[rows][:-1], True)
    newest = rows[is_last] if len(rows) else rows
    return block.person[newest], block.at_us[newest]


def _edges(block: Block) -> tuple[Ints, Ints]:
    """Of each row: the person's first row, and the first row of the same person and moment."""
    row = np.arange(len(block))
    new_person = np.ones(len(block), dtype=bool)
    new_person[1:] = block.person[1:] != block.person[:-1]
    new_moment = new_person.copy()
    new_moment[1:] |= block.at_us[1:] != block.at_us[:-1]
    return _carried(row, new_person), _carried(row, new_moment)


def _carried(row: Ints, is_new: NDArray[np.bool_]) -> Ints:
    return np.maximum.accumulate(np.where(is_new, row, 0))


def _latest(start: Ints, before: Ints) -> tuple[Ints, Ints]:
    """(origin, previous) int64[n]: of the attempts ended before a row's moment the newest start,
    and the newest row that carries it; -1 = none.

    Rows of earlier people have smaller indices, so that the caller can tell them by their origin.
    """
    n = len(start)
    key = np.where(start >= 0, start * n + np.arange(n), -1)
    newest = np.maximum.accumulate(key)
    carried = np.where(before > 0, newest[before - 1], -1)
    return np.where(carried >= 0, carried // n, -1), np.where(carried >= 0, carried % n, -1)


def _first(block: Block, rows: Ints, origin: Ints, previous: Ints) -> Reached:
    """Of each person the first of these rows (ascending)."""
    person, place = np.unique(block.person[rows], return_index=True)
    first = rows[place]
    at_us = block.at_us[first]
    return Reached(person, at_us - block.at_us[origin[first]], at_us - block.at_us[previous[first]])
