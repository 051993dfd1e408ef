"""A segment over time: its size, who entered and left each day, how long people stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.kernel.errors import Invalid
from segments.analysis.stays import Stays, stays


@dataclass(frozen=True)
class Change:
    """What one refresh changed. ``as_of`` is aware."""

    as_of: datetime
    entered: BitMap
    left: BitMap


@dataclass(frozen=True)
class Day:
    """A day of the workspace's zone: the size at its end, entries and exits during it.

    Who entered and left on the same day counts in both.
    """

    day: date
    size: int
    entered: int
    left: int


@dataclass(frozen=True)
class History:
    """``sizes``: (as_of, size) after every change; ``days`` without a gap up to ``until``."""

    sizes: tuple[tuple[datetime, int], ...]
    days: tuple[Day, ...]
    stays: Stays


def history(changes: Sequence[Change], until: datetime, zone: tzinfo) -> History:
    """``changes`` from the very first version on, oldest first; ``until``: when the segment was
    last checked, aware. Raises Invalid: ``bad_history`` when moments go back, somebody enters who
    is inside, or somebody leaves who is not.
    """
    _require_order(changes, until)
    entry = np.full(_size(changes), -1, np.int64)  # by ordinal: the change of entry, -1 = outside
    spells: list[tuple[NDArray[np.int64], int]] = []
    size, sizes = 0, []
    for i, change in enumerate(changes):
        left, entered = (np.array(side, dtype=np.int64) for side in (change.left, change.entered))
        if (entry[left] < 0).any() or (entry[entered] >= 0).any():
            _refuse(change.as_of)
        spells.append((entry[left], i))
        entry[left] = -1
        entry[entered] = i
        size += len(entered) - len(left)
        sizes.append((change.as_of, size))
    inside = entry[entry >= 0]
    found = stays([change.as_of for change in changes], spells, inside, until)
    return History(tuple(sizes), _days(changes, sizes, until, zone), found)


def _size(changes: Sequence[Change]) -> int:
    return max((b.max() for c in changes for b in (c.entered, c.left) if b), default=-1) + 1


def _require_order(changes: Sequence[Change], until: datetime) -> None:
    moments = [change.as_of for change in changes] + [until]
    if any(later < earlier for earlier, later in pairwise(moments)):
        raise Invalid("The segment's versions are not in the order of time", code="bad_history",
                      fix="Give the oldest first.")  # fmt: skip


def _refuse(at: datetime) -> NoReturn:
    raise Invalid(
        f"The version of {at:%Y-%m-%d %H:%M} does not follow from the one before",
        code="bad_history", fix="Start from the segment's first version and leave none out.",
    )  # fmt: skip


def _days(
    changes: Sequence[Change], sizes: Sequence[tuple[datetime, int]], until: datetime, zone: tzinfo
) -> tuple[Day, ...]:
    if not changes:
        return ()
    entered: dict[date, int] = {}
    left: dict[date, int] = {}
    last: dict[date, int] = {}
    for change, (at, size) in zip(changes, sizes, strict=True):
        day = at.astimezone(zone).date()
        entered[day] = entered.get(day, 0) + len(change.entered)
        left[day] = left.get(day, 0) + len(change.left)
        last[day] = size
    day, end = min(last), until.astimezone(zone).date()
    answer, size = [], 0
    while day <= end:
        size = last.get(day, size)
        answer.append(Day(day, size, entered.get(day, 0), left.get(day, 0)))
        day += timedelta(days=1)
    return tuple(answer)
