"""Work that is due and has not come."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments, run_count
from recommender.features._submissions import (
    SUBMISSION_TEXTS,
    SUBMITTED,
    per_enrolment,
    submissions,
)


class MissedAssessments(Feature, frozen=True):
    """Assessments of the open enrolments whose date has passed without a submission; 0 = none.

    An assessment is known once somebody has submitted it.
    """

    reads: ClassVar[tuple[str, ...]] = (*RUN_EVENTS, SUBMITTED)
    texts: ClassVar[tuple[str, ...]] = (*RUN_TEXTS, *SUBMISSION_TEXTS[2:])
    label: ClassVar[Text] = Text("Missed assessments", "未按时提交的作业数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held, done = enrolments(frame, as_of_us), submissions(frame, as_of_us)
        due = done.due_us <= as_of_us
        asked = np.bincount(done.of_run[due], minlength=run_count(frame))[held.run]
        came = per_enrolment(held, done, due[done.assessment].astype(np.float64))
        return ByPerson(people, held.person[held.is_open]).total((asked - came)[held.is_open])
