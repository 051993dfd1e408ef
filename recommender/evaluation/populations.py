"""Whom an evaluation asks about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import enrolments

Population = Callable[[EventFrame, int, NDArray[np.int64]], NDArray[np.bool_]]
"""(frame up to the moment, moment, people int64[m]) -> bool[m]: who is kept."""


def everybody(frame: EventFrame, as_of_us: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
    """All of them."""
    return np.ones(len(people), np.bool_)


def only_in(*presentations: str) -> Population:
    """People whose open enrolments are all in presentations of these names."""
    names = frozenset(presentations)

    def keep(frame: EventFrame, as_of_us: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        held = enrolments(frame, as_of_us)
        shown = frame.text("presentation")[held.row[held.is_open]]
        outside = np.fromiter((name not in names for name in shown), np.float64, len(shown))
        open_elsewhere = ByPerson(people, held.person[held.is_open]).largest(outside)
        return np.asarray(open_elsewhere == 0)

    return keep
