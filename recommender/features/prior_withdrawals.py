"""Who has left a course before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments
from recommender.features._moments import NEVER


class PriorWithdrawals(Feature, frozen=True):
    """Courses that the person withdrew from so far and did not enrol in again; 0 = none."""

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Withdrawals so far", "历史退课次数")

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        return ByPerson(people, held.person[held.withdrawn_us != NEVER]).count()
