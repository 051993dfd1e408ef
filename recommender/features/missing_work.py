"""Work that peers have handed in and this person has not."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson, find
from recommender.features._enrolments import (
    RUN_EVENTS,
    RUN_TEXTS,
    Enrolments,
    enrolments,
    run_count,
)
from recommender.features._submissions import (
    SUBMISSION_TEXTS,
    SUBMITTED,
    Submissions,
    per_enrolment,
    submissions,
)


class MissingWork(Feature, frozen=True):
    """Assessments without a submission, each counted by the share of the run that submitted it.

    At least 0, in assessments; the worst of the open enrolments; NaN = none is open.
    """

    reads: ClassVar[tuple[str, ...]] = (*RUN_EVENTS, SUBMITTED)
    texts: ClassVar[tuple[str, ...]] = (*RUN_TEXTS, *SUBMISSION_TEXTS[2:])
    label: ClassVar[Text] = Text("Work that peers have done", "同班已交而未交的作业")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held, done = enrolments(frame, as_of_us), submissions(frame, as_of_us)
        share = _share_done(held, done, run_count(frame))
        asked = np.bincount(done.of_run, share, run_count(frame))[held.run]
        missing = np.maximum(asked - per_enrolment(held, done, share[done.assessment]), 0.0)
        return ByPerson(people, held.person[held.is_open]).largest(missing[held.is_open])


def _share_done(held: Enrolments, done: Submissions, size: int) -> NDArray[np.float64]:
    """float64[k assessments] in [0, 1]: of who is in the run now, how many submitted it."""
    place, found = find(held.key, done.key)
    found[found] = held.is_open[place[found]]
    members = np.bincount(held.run[held.is_open], minlength=size)
    came = np.bincount(done.assessment[found], minlength=len(done.due_us))
    return came / np.maximum(members[done.of_run], 1)
