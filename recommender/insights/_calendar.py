"""Local days, weeks and months as stretches of time, right across changes of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.moments import microseconds

Unit = Literal["day", "week", "month"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Calendar:
    """Consecutive local periods; the last one is running at the moment it was made for.

    first_days: the local date on which each of the n periods starts. starts_us: int64[n + 1], the
    local midnights in microseconds since 1970 UTC, the end of the last period included.
    """

    unit: Unit
    first_days: tuple[date, ...]
    starts_us: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first_days)

    def place(self, at_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[m]: the period of each moment; -1 = before the first."""
        return np.searchsorted(self.starts_us, at_us, side="right") - 1

    @property
    def since(self) -> datetime:
        """Where the first period starts."""
        return _EPOCH + timedelta(microseconds=int(self.starts_us[0]))


def until(now: datetime, zone: ZoneInfo, unit: Unit, periods: int) -> Calendar:
    """That many periods, the running one included."""
    last = first_day(now.astimezone(zone).date(), unit)
    days = [shifted(last, unit, ago) for ago in range(1 - periods, 2)]
    starts = np.array([midnight_us(day, zone) for day in days], dtype=np.int64)
    return Calendar(unit, tuple(days[:-1]), starts)


def first_day(day: date, unit: Unit) -> date:
    """Of the period that holds ``day``: weeks start on Monday."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def shifted(first: date, unit: Unit, periods: int) -> date:
    """The first day of the period that many later (earlier if negative)."""
    if unit == "month":
        months = first.year * 12 + first.month - 1 + periods
        return date(months // 12, months % 12 + 1, 1)
    return first + timedelta(days=periods * (7 if unit == "week" else 1))


def midnight_us(day: date, zone: ZoneInfo) -> int:
    """Where a local day starts. A midnight that the clocks skip is the moment they skip it."""
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
