"""Who comes back, period by period after they came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.insights import Insight, Moment, _calendar
from recommender.insights._blocks import Block, blocks
from recommender.insights._calendar import Calendar
from recommender.insights._choice import EventChoice, names
from recommender.insights._cohorts import came_back, came_back_or_later, returns, units

if TYPE_CHECKING:
    from marketing.events.scans import Source

MOST_COHORTS = 62
MOST_PERIODS = 61


class Cohort(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``size`` people who entered in the period that starts on ``first_day``.

    ``is_over``: False while more may enter. ``returned``: one count a period from the cohort's own
    on; None = that period is not over, so nobody knows yet.
    """

    first_day: date
    size: int
    is_over: bool
    returned: tuple[int | None, ...]


class RetentionAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``overall``: per period the share over all cohorts for which it is over; None = none is.

    ``entered``: the sum of the sizes; with ``enter`` "each" a person counts once a cohort.
    """

    cohorts: tuple[Cohort, ...]
    overall: tuple[float | None, ...]
    entered: int


class Retention(Insight, frozen=True, kw_only=True):
    """Cohorts by ``start``, in local days, weeks (from Monday) or months; the running one is last.

    ``enter``: a person is in the cohort of their first start ever, or in that of every period with
    one. ``back`` None: the same event as ``start``. ``counts``: back in exactly that period, or in
    that period or any later one. In the cohort's own period only what follows the entry counts.
    """

    label: ClassVar[Text] = Text("Retention", "留存分析")
    result: ClassVar[type[msgspec.Struct]] = RetentionAnswer
    example: ClassVar[Mapping[str, Any]] = {
        "start": {"event": "Course Enrolled"},
        "back": {"event": "Assessment Submitted"},
        "by": "month",
        "cohorts": 12,
        "periods": 6,
    }

    start: EventChoice
    back: EventChoice | None = None
    by: Literal["day", "week", "month"] = "week"
    enter: Literal["first", "each"] = "first"
    counts: Literal["in_period", "on_or_after"] = "in_period"
    cohorts: Annotated[int, msgspec.Meta(ge=2, le=MOST_COHORTS)] = 12
    periods: Annotated[int, msgspec.Meta(ge=1, le=MOST_PERIODS)] = 8

    def events(self) -> tuple[str, ...]:
        return names(self._choices())

    def answer(self, source: Source, moment: Moment) -> RetentionAnswer:
        calendar = _calendar.until(moment.now, moment.zone, self.by, self.cohorts)
        sizes = np.zeros(self.cohorts, dtype=np.int64)
        back = np.zeros((self.cohorts, self.periods + 1), dtype=np.int64)
        since = None if self.enter == "first" else calendar.since
        for block in blocks(source, self._choices(), since=since, until_us=moment.now_us):
            self._add(block, calendar, sizes, back)
        return _answer(calendar, sizes, back)

    def _choices(self) -> tuple[EventChoice, EventChoice]:
        return self.start, self.back or self.start

    def _add(
        self, block: Block, calendar: Calendar, sizes: NDArray[np.int64], back: NDArray[np.int64]
    ) -> None:
        found = units(block, calendar, only_first=self.enter == "first")
        count = came_back if self.counts == "in_period" else came_back_or_later
        np.add.at(sizes, found.cohort, 1)
        np.add.at(back, found.cohort, count(found, returns(block, calendar), self.periods))


def _answer(
    calendar: Calendar, sizes: NDArray[np.int64], back: NDArray[np.int64]
) -> RetentionAnswer:
    running = len(calendar) - 1
    periods = range(back.shape[1])
    over = np.array([[c + k < running for k in periods] for c in range(len(calendar))])
    return RetentionAnswer(
        cohorts=tuple(
            Cohort(
                first_day=day,
                size=int(sizes[c]),
                is_over=c < running,
                returned=tuple(int(back[c, k]) if over[c, k] else None for k in periods),
            )
            for c, day in enumerate(calendar.first_days)
        ),
        overall=tuple(_overall(sizes[over[:, k]], back[over[:, k], k]) for k in periods),
        entered=int(sizes.sum()),
    )


def _overall(sizes: NDArray[np.int64], back: NDArray[np.int64]) -> float | None:
    return float(back.sum() / sizes.sum()) if sizes.sum() else None
