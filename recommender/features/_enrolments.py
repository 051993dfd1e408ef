"""Who is in which run of which course at a moment.

A run is (content, presentation); an enrolment is open from the run's start to its end unless it
was withdrawn. What states no ``starts_at`` is never open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from recommender.features._by_person import find
from recommender.features._memory import once
from recommender.features._moments import NEVER, moments_us

ENROLLED: Final = "Course Enrolled"
WITHDRAWN: Final = "Course Withdrawn"
RUN_EVENTS: Final = (ENROLLED, WITHDRAWN)
RUN_TEXTS: Final = ("content", "presentation", "starts_at", "ends_at")
# Ordinals are uint32, so (person, run) fits one int64 up to this many runs.
RUNS_AT_MOST: Final = 1 << 31

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Enrolments:
    """One row per (person, run), sorted by ``key``; of several, the latest enrolment.

    ``row`` int64[n]: the Course Enrolled event in the frame. ``key`` int64[n]: ``pair`` of
    ``person`` int64[n] and ``run`` int64[n] (as ``runs`` numbers them).
    ``starts_us``, ``ends_us``, ``withdrawn_us`` int64[n]: ``NEVER`` = not stated, not withdrawn.
    ``is_open`` bool[n]: starts_us <= as_of < ends_us and not withdrawn by then.
    """

    row: Ints
    key: Ints
    person: Ints
    run: Ints
    starts_us: Ints
    ends_us: Ints
    withdrawn_us: Ints
    is_open: NDArray[np.bool_]


def pair(person: Ints, run: Ints) -> Ints:
    """int64[n] that is unique for a person and a run and sorts by person."""
    return person * RUNS_AT_MOST + run


@once
def runs(frame: EventFrame, _as_of_us: int) -> Ints:
    """int64[len(frame)]: a number for each event's (content, presentation), from 0.

    The number is a name without order or meaning, so events of any time may share one list.
    """
    seen: dict[tuple[object, object], int] = {}
    named = zip(frame.text("content"), frame.text("presentation"), strict=True)
    return np.fromiter((seen.setdefault(name, len(seen)) for name in named), np.int64, len(frame))


def run_count(frame: EventFrame) -> int:
    """How many numbers ``runs`` gives."""
    return int(runs(frame, 0).max(initial=-1)) + 1


@once
def enrolments(frame: EventFrame, as_of_us: int) -> Enrolments:
    """What had happened by ``as_of_us``; needs the texts ``RUN_TEXTS``."""
    row, key = _latest(frame, as_of_us)
    starts_us, ends_us = (moments_us(frame.text(name)[row]) for name in ("starts_at", "ends_at"))
    withdrawn_us = _withdrawn(frame, as_of_us, frame.at_us[row], key)
    is_open = (starts_us <= as_of_us) & (as_of_us < ends_us) & (withdrawn_us == NEVER)
    person, run = frame.person[row], runs(frame, 0)[row]
    return Enrolments(row, key, person, run, starts_us, ends_us, withdrawn_us, is_open)


def events_of(frame: EventFrame, as_of_us: int, event: str) -> NDArray[np.bool_]:
    """bool[len(frame)]: the events of that name by that moment."""
    code = frame.names.index(event) if event in frame.names else -1
    mask: NDArray[np.bool_] = (frame.event == code) & (frame.at_us <= as_of_us)
    return mask


def _latest(frame: EventFrame, as_of_us: int) -> tuple[Ints, Ints]:
    row = np.flatnonzero(events_of(frame, as_of_us, ENROLLED))
    key = pair(frame.person[row], runs(frame, 0)[row])
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]
    return row[order[is_last]], ordered[is_last]


def _withdrawn(frame: EventFrame, as_of_us: int, enrolled_us: Ints, key: Ints) -> Ints:
    """The latest withdrawal that is not older than the enrolment, or ``NEVER``."""
    row = np.flatnonzero(events_of(frame, as_of_us, WITHDRAWN))
    place, found = find(key, pair(frame.person[row], runs(frame, 0)[row]))
    latest = np.full(len(key), np.iinfo(np.int64).min)
    np.maximum.at(latest, place[found], frame.at_us[row][found])
    return np.where(latest >= enrolled_us, latest, NEVER)
