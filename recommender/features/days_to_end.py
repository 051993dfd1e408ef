"""How much of the course is left."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments
from recommender.features._moments import days_between


class DaysToEnd(Feature, frozen=True):
    """Days to the nearest end of an open enrolment, above 0; NaN = none is open or has an end."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Days to the end of the course", "距结课天数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        left = -days_between(held.ends_us, as_of_us)[held.is_open]
        return ByPerson(people, held.person[held.is_open]).smallest(left)
