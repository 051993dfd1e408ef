"""How much came after its due date."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS
from recommender.features._submissions import SUBMISSION_TEXTS, SUBMITTED, in_open_runs


class OverdueShare(Feature, frozen=True):
    """Share in [0, 1] of the dated work in the open enrolments that came late; NaN = none dated."""

    reads: ClassVar[tuple[str, ...]] = (*RUN_EVENTS, SUBMITTED)
    numbers: ClassVar[tuple[str, ...]] = ("days_late",)
    texts: ClassVar[tuple[str, ...]] = (*RUN_TEXTS, *SUBMISSION_TEXTS[2:])
    label: ClassVar[Text] = Text("Share handed in late", "迟交比例")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        rows = in_open_runs(frame, as_of_us)
        days_late = frame.number("days_late")[rows]
        late = np.where(np.isnan(days_late), np.nan, days_late > 0)
        return ByPerson(people, frame.person[rows]).mean(late)
