"""How well the work in the open courses went."""

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


class MeanScore(Feature, frozen=True):
    """Mean ``score`` (0 to 100) over the open enrolments; NaN = nothing scored yet."""

    reads: ClassVar[tuple[str, ...]] = (*RUN_EVENTS, SUBMITTED)
    numbers: ClassVar[tuple[str, ...]] = ("score",)
    texts: ClassVar[tuple[str, ...]] = (*RUN_TEXTS, *SUBMISSION_TEXTS[2:])
    label: ClassVar[Text] = Text("Mean score", "平均得分")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        rows = in_open_runs(frame, as_of_us)
        return ByPerson(people, frame.person[rows]).mean(frame.number("score")[rows])
