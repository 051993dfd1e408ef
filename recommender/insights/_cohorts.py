"""Who came back: plain numpy over one block of whole people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.insights._blocks import Block
from recommender.insights._calendar import Calendar

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Units:
    """One row for each person in each of their cohorts.

    person: int64[u] dense within the block. cohort: int64[u] a period. at_us: int64[u], when they
    entered it.
    """

    person: Ints
    cohort: Ints
    at_us: Ints


@dataclass(frozen=True)
class Returns:
    """The returning events of a block by (person, period), both ascending.

    key: int64[m] = person * ``width`` + period. at_us: int64[m].
    """

    key: Ints
    at_us: Ints
    width: int

    def last(self, key: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """(row int64[u], found bool[u]): the last event of exactly this person and period."""
        row = np.searchsorted(self.key, key, side="right") - 1
        return row, (row >= 0) & (self.key[row] == key if len(self.key) else False)

    def last_of(self, person: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """The same for the person's last event of all."""
        row = np.searchsorted(self.key, (person + 1) * self.width, side="left") - 1
        return row, (row >= 0) & (self.key[row] // self.width == person if len(self.key) else False)


def units(block: Block, calendar: Calendar, *, only_first: bool) -> Units:
    """Cohorts by the block's first choice: the first occurrence ever, or the first a period."""
    rows = np.flatnonzero(block.chosen[0])
    person, cohort = _dense(block)[rows], calendar.place(block.at_us[rows])
    key = person if only_first else person * len(calendar) + cohort
    is_new = np.append(True, key[1:] != key[:-1]) if len(key) else np.empty(0, bool)
    kept = is_new & (cohort >= 0)
    return Units(person[kept], cohort[kept], block.at_us[rows][kept])


def returns(block: Block, calendar: Calendar) -> Returns:
    """By the block's last choice; events before the calendar are left out."""
    rows = np.flatnonzero(block.chosen[-1])
    period = calendar.place(block.at_us[rows])
    rows, period = rows[period >= 0], period[period >= 0]
    width = len(calendar)
    return Returns(_dense(block)[rows] * width + period, block.at_us[rows], width)


def came_back(found: Units, back: Returns, periods: int) -> NDArray[np.bool_]:
    """bool[u, periods + 1]: in exactly the k-th period after the cohort's own.

    In the cohort's own period only what follows the entry counts: the entry is no return.
    """
    answer = np.zeros((len(found.person), periods + 1), dtype=bool)
    for k in range(periods + 1):
        period = found.cohort + k
        row, is_there = back.last(found.person * back.width + period)
        answer[:, k] = is_there & (period < back.width)
        if k == 0:
            answer[:, 0] &= _at(back, row) > found.at_us
    return answer


def came_back_or_later(found: Units, back: Returns, periods: int) -> NDArray[np.bool_]:
    """bool[u, periods + 1]: in the k-th period or any after it."""
    row, is_there = back.last_of(found.person)
    last = np.where(is_there, (back.key[row] % back.width) if len(back.key) else -1, -1)
    reached = last[:, None] >= found.cohort[:, None] + np.arange(periods + 1)
    reached[:, 0] &= _at(back, row) > found.at_us
    return reached


def _at(back: Returns, row: Ints) -> Ints:
    return back.at_us[row] if len(back.at_us) else np.full(len(row), -1)


def _dense(block: Block) -> Ints:
    """int64[n]: 0, 1, … a person."""
    return np.cumsum(np.append(False, block.person[1:] != block.person[:-1])) if len(block) else (
        np.empty(0, dtype=np.int64)
    )  # fmt: skip
