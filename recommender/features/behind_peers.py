"""Whether a person keeps up with the others in the same run."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments
from recommender.features._submissions import (
    SUBMISSION_TEXTS,
    SUBMITTED,
    per_enrolment,
    submissions,
)


class BehindPeers(Feature, frozen=True):
    """Weight submitted minus the median of who is in the same run now, in the weight's unit.

    Negative = behind; the worst of the open enrolments; NaN = none is open.
    """

    reads: ClassVar[tuple[str, ...]] = (*RUN_EVENTS, SUBMITTED)
    numbers: ClassVar[tuple[str, ...]] = ("weight",)
    texts: ClassVar[tuple[str, ...]] = (*RUN_TEXTS, *SUBMISSION_TEXTS[2:])
    label: ClassVar[Text] = Text("Ahead of or behind peers", "与同班进度之差")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held, done = enrolments(frame, as_of_us), submissions(frame, as_of_us)
        weight = np.nan_to_num(frame.number("weight")[done.row])
        handed_in = per_enrolment(held, done, weight)[held.is_open]
        ahead = handed_in - _median_of_run(held.run[held.is_open], handed_in)
        return ByPerson(people, held.person[held.is_open]).smallest(ahead)


def _median_of_run(run: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n]: for each row the median of ``values`` over the rows of the same ``run``."""
    ordered = values[np.lexsort((values, run))]
    _, place, size = np.unique(run, return_inverse=True, return_counts=True)
    first = np.cumsum(size) - size
    middle = (ordered[first + (size - 1) // 2] + ordered[first + size // 2]) / 2
    return np.asarray(middle[place], dtype=np.float64)
