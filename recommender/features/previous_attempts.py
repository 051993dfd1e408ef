"""Who has tried the same course before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments


class PreviousAttempts(Feature, frozen=True):
    """The most ``previous_attempts`` among the open enrolments; NaN = none is open or states it."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    numbers: ClassVar[tuple[str, ...]] = ("previous_attempts",)
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Previous attempts", "此前修读次数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        attempts = frame.number("previous_attempts")[held.row][held.is_open]
        return ByPerson(people, held.person[held.is_open]).largest(attempts)
