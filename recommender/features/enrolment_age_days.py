"""How far into the course a person is."""

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


class EnrolmentAgeDays(Feature, frozen=True):
    """Days since the start of the youngest open enrolment, at least 0; NaN = none is open."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Days into the course", "开课天数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        age = days_between(held.starts_us, as_of_us)[held.is_open]
        return ByPerson(people, held.person[held.is_open]).smallest(age)
