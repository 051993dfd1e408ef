"""How heavy the load is that a person took on."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments


class Credits(Feature, frozen=True):
    """The most ``credits`` that an open enrolment states; NaN = none does."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    numbers: ClassVar[tuple[str, ...]] = ("credits",)
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Credits under study", "在修学分")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        load = frame.number("credits")[held.row][held.is_open]
        return ByPerson(people, held.person[held.is_open]).largest(load)
