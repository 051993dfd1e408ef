"""Who decided early and who at the last moment."""

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


class RegisteredBeforeStartDays(Feature, frozen=True):
    """Days from enrolling to the start, the least of the open ones; negative = joined late."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Registered before start (days)", "开课前报名天数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        early = days_between(frame.at_us[held.row], held.starts_us)[held.is_open]
        return ByPerson(people, held.person[held.is_open]).smallest(early)
