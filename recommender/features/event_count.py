"""How often a person did something lately."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import events_of
from recommender.features._moments import DAY_US


class EventCount(Feature, frozen=True):
    """Events named ``event`` in the last ``days`` times 24 hours; 0 = none."""

    reads: ClassVar[tuple[str, ...]] = ("Assessment Submitted",)
    label: ClassVar[Text] = Text("Recent events", "近期事件次数")

    event: str = "Assessment Submitted"
    days: int = 14

    def needs(self) -> tuple[str, ...]:
        return (self.event,)

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        since_us = as_of_us - self.days * DAY_US
        mask = events_of(frame, as_of_us, self.event) & (frame.at_us > since_us)
        return ByPerson(people, frame.person[mask]).count()
