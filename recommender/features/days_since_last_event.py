"""How long a person has been silent."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._moments import DAY_US


class DaysSinceLastEvent(Feature, frozen=True):
    """Days since the latest of ``events``, at least 0; NaN = none so far."""

    reads: ClassVar[tuple[str, ...]] = ("Assessment Submitted", "Course Enrolled")
    label: ClassVar[Text] = Text("Days since last activity", "距最近一次活动的天数")

    events: tuple[str, ...] = ("Assessment Submitted", "Course Enrolled")

    def needs(self) -> tuple[str, ...]:
        return self.events

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        codes = [frame.names.index(name) for name in self.events if name in frame.names]
        mask = np.isin(frame.event, codes) & (frame.at_us <= as_of_us)
        silent = (as_of_us - frame.at_us[mask]) / DAY_US
        return ByPerson(people, frame.person[mask]).smallest(silent)
