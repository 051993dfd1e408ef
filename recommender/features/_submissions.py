"""Who handed in what by a moment, and what was due.

The schedule is read from the submissions themselves: an assessment is known from the moment on
that somebody submitted it, so nothing after ``as_of`` is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from recommender.features._by_person import find
from recommender.features._enrolments import Enrolments, enrolments, events_of, pair, runs
from recommender.features._memory import once
from recommender.features._moments import moments_us

SUBMITTED: Final = "Assessment Submitted"
SUBMISSION_TEXTS: Final = ("content", "presentation", "assessment", "due_at")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Submissions:
    """The first submission of each (person, assessment), in the order of the frame.

    ``row`` int64[n] in the frame; ``key`` int64[n] = ``pair`` of person and run; ``assessment``
    int64[n] numbers from 0 in order of appearance; ``due_us`` int64[k] of each assessment
    (``NEVER`` = no date stated) and ``of_run`` int64[k] its run.
    """

    row: Ints
    key: Ints
    assessment: Ints
    due_us: Ints
    of_run: Ints


@once
def submissions(frame: EventFrame, as_of_us: int) -> Submissions:
    """What had happened by ``as_of_us``; needs the texts ``SUBMISSION_TEXTS``."""
    every = np.flatnonzero(events_of(frame, as_of_us, SUBMITTED))
    first_seen, assessment = _in_order(_numbers(frame, 0)[every])
    _, first = np.unique(pair(frame.person[every], assessment), return_index=True)
    first.sort()
    row, run = every[first], runs(frame, 0)
    key = pair(frame.person[row], run[row])
    shown = every[first_seen]
    due_us = moments_us(frame.text("due_at")[shown])
    return Submissions(row, key, assessment[first], due_us, run[shown])


def per_enrolment(held: Enrolments, done: Submissions, values: Floats) -> Floats:
    """float64[len(held.key)]: sum of ``values`` (float64[n submissions]) in each enrolment."""
    place, found = find(held.key, done.key)
    return np.bincount(place[found], values[found], len(held.key)).astype(np.float64)


def in_open_runs(frame: EventFrame, as_of_us: int) -> Ints:
    """int64[k] rows of the frame: first submissions in enrolments that are open, oldest first."""
    held, done = enrolments(frame, as_of_us), submissions(frame, as_of_us)
    place, found = find(held.key, done.key)
    found[found] = held.is_open[place[found]]
    return done.row[found]


def _in_order(numbers: Ints) -> tuple[Ints, Ints]:
    """First position of each different number, oldest first, and each row's place among them.

    So later events cannot change in which order anything is added up.
    """
    _, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return first[order], rank[place]


@once
def _numbers(frame: EventFrame, _as_of_us: int) -> Ints:
    """int64[len(frame)]: one number for each (run, assessment)."""
    seen: dict[tuple[int, object], int] = {}
    named = zip(runs(frame, 0).tolist(), frame.text("assessment"), strict=True)
    return np.fromiter((seen.setdefault(name, len(seen)) for name in named), np.int64, len(frame))
