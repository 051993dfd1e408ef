"""A stretch of the log in figures: what the catalogue learns from it, before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson

from marketing.events.log import LogRow
from marketing.events.standard import GUARDED
from marketing.kernel.local_days import DAY_US, Offsets

_TYPES: Mapping[type, str] = {
    str: "text", int: "number", float: "number", bool: "flag", list: "list", dict: "object",
    type(None): "null",
}  # fmt: skip
# An event's name, its properties' names in their order, and their types.
_Shape = tuple[str, tuple[str, ...], tuple[type, ...]]


@dataclass
class SeenProperty:
    """``types``: values by JSON type. ``lowest``, ``highest``: of numbers that have limits."""

    types: Counter[str] = field(default_factory=Counter)
    first_received_us: int = 0
    last_received_us: int = 0
    lowest: float | None = None
    highest: float | None = None
    beyond: int = 0


@dataclass
class SeenEvent:
    """``days``: local day (days since 1970) to (events, of them late)."""

    events: int = 0
    first_at_us: int = 0
    last_at_us: int = 0
    first_received_us: int = 0
    last_received_us: int = 0
    days: dict[int, tuple[int, int]] = field(default_factory=dict)
    properties: dict[str, SeenProperty] = field(default_factory=dict)


@dataclass
class SeenIntake:
    """Of one local day of receipt."""

    events: int
    late: int
    ahead: int


@dataclass
class Seen:
    events: dict[str, SeenEvent]
    intake: dict[int, SeenIntake]


def summarised(rows: Sequence[LogRow], offsets: Offsets) -> Seen:
    """The rows (at least one) by event; each row's own work is one decode and one count."""
    found = _dated(rows, offsets)
    shapes: dict[_Shape, list[tuple[int, dict[str, Any]]]] = {}
    for row in rows:
        said = orjson.loads(row.properties)
        shape = (row.name, tuple(said), tuple(map(type, said.values())))
        shapes.setdefault(shape, []).append((row.received_at_us, said))
    for (name, names, types), each in shapes.items():
        _count(found.events[name], names, types, each)
    return found


def _dated(rows: Sequence[LogRow], offsets: Offsets) -> Seen:
    """Numbers, moments and days, by event and by day of receipt."""
    names = sorted({row.name for row in rows})
    place = {name: code for code, name in enumerate(names)}
    code = np.array([place[row.name] for row in rows], dtype=np.int64)
    at = np.array([row.at_us for row in rows], dtype=np.int64)
    received = np.array([row.received_at_us for row in rows], dtype=np.int64)
    late = received - at > DAY_US
    days = offsets.days(at)
    events = {name: SeenEvent() for name in names}
    for i, name in enumerate(names):
        own, when, came = code == i, at[code == i], received[code == i]
        events[name] = SeenEvent(
            int(own.sum()), int(when.min()), int(when.max()), int(came.min()), int(came.max()),
            _by_day(days[own], late[own]),
        )  # fmt: skip
    came_on, ahead = offsets.days(received), at > received
    intake = {
        day: SeenIntake(int((came_on == day).sum()), int(late[came_on == day].sum()),
                        int(ahead[came_on == day].sum()))
        for day in np.unique(came_on).tolist()
    }  # fmt: skip
    return Seen(events, intake)


def _by_day(
    days: np.ndarray[Any, np.dtype[np.int64]], late: np.ndarray[Any, np.dtype[np.bool_]]
) -> dict[int, tuple[int, int]]:
    each, place = np.unique(days, return_inverse=True)
    n = np.bincount(place, minlength=len(each))
    n_late = np.bincount(place, weights=late, minlength=len(each)).astype(np.int64)
    return dict(zip(each.tolist(), zip(n.tolist(), n_late.tolist(), strict=True), strict=True))


def _count(
    event: SeenEvent,
    names: Iterable[str],
    types: Iterable[type],
    each: Sequence[tuple[int, dict[str, Any]]],
) -> None:
    """What rows of one shape add: all have the same properties, of the same types."""
    first = min(received for received, _said in each)
    last = max(received for received, _said in each)
    for name, of in zip(names, types, strict=True):
        known = event.properties.setdefault(name, SeenProperty(first_received_us=first))
        known.types[_TYPES[of]] += len(each)
        known.first_received_us = min(known.first_received_us, first)
        known.last_received_us = max(known.last_received_us, last)
        if name in GUARDED and of in (int, float):
            _bound(known, name, [said[name] for _received, said in each])


def _bound(known: SeenProperty, name: str, values: Sequence[float]) -> None:
    limits = GUARDED[name]
    low, high = min(values), max(values)
    known.lowest = low if known.lowest is None else min(known.lowest, low)
    known.highest = high if known.highest is None else max(known.highest, high)
    if not limits.holds(low) or not limits.holds(high):
        known.beyond += sum(1 for value in values if not limits.holds(value))
