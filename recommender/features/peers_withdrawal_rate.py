"""Whether others are leaving the same course just now."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson
from recommender.features._enrolments import RUN_EVENTS, RUN_TEXTS, enrolments, run_count
from recommender.features._moments import DAY_US, NEVER


class PeersWithdrawalRate(Feature, frozen=True):
    """Share in [0, 1] of a run that withdrew after its start in the last ``days``.

    The highest of the person's open runs; NaN = none is open.
    """

    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    label: ClassVar[Text] = Text("Peers who left lately", "同班近期退课率")

    days: int = 28

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        held = enrolments(frame, as_of_us)
        since_us = as_of_us - self.days * DAY_US
        left = (held.withdrawn_us != NEVER) & (held.withdrawn_us > since_us)
        left &= held.withdrawn_us >= held.starts_us
        size = run_count(frame)
        gone = np.bincount(held.run[left], minlength=size)
        members = np.maximum(gone + np.bincount(held.run[held.is_open], minlength=size), 1)
        rate = (gone / members)[held.run[held.is_open]]
        return ByPerson(people, held.person[held.is_open]).largest(rate)
