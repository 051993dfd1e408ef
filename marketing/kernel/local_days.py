"""Which local day a moment falls on, right across changes of the clocks.

A zone is a list of moments from which on an offset holds. numpy, the persona engines' SQL and
plain Python all read the same list, so they cannot disagree about a day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_US = 86_400_000_000
_SECOND = timedelta(seconds=1)
# Events are not older (see events.messages.OLDEST); what is counts under the oldest offset.
_FROM = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Offsets(NamedTuple):
    """From ``starts_us[i]`` (microseconds since 1970 UTC, rising) on, ``offsets_us[i]`` holds."""

    starts_us: tuple[int, ...]
    offsets_us: tuple[int, ...]

    def day(self, at_us: int) -> int:
        """Days since 1970-01-01 of the local calendar."""
        place = int(np.searchsorted(self.starts_us, at_us, "right")) - 1
        return (at_us + self.offsets_us[max(place, 0)]) // DAY_US

    def days(self, at_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same for an array; int64[n]."""
        found = np.array(self.offsets_us, dtype=np.int64)
        place = np.searchsorted(np.array(self.starts_us), at_us, "right") - 1
        local: NDArray[np.int64] = (at_us + found[np.maximum(place, 0)]) // DAY_US
        return local

    def since(self, at_us: int | None) -> Offsets:
        """Only what matters from ``at_us`` on: short windows see one change or none."""
        if at_us is None:
            return self
        first = max(int(np.searchsorted(self.starts_us, at_us, "right")) - 1, 0)
        return Offsets(self.starts_us[first:], self.offsets_us[first:])


def offsets(zone: ZoneInfo, until: datetime) -> Offsets:
    """The zone's offsets from the year 2000 to the end of the year after ``until``."""
    return _offsets(zone, until.astimezone(UTC).year + 1)


@lru_cache(maxsize=64)
def _offsets(zone: ZoneInfo, last_year: int) -> Offsets:
    day, end = _FROM, datetime(last_year + 1, 1, 1, tzinfo=UTC)
    starts, found = [_us(day)], [_offset(day, zone)]
    while day < end:
        after = day + timedelta(days=1)
        if _offset(after, zone) != found[-1]:
            starts.append(_us(_change(day, after, zone)))
            found.append(_offset(after, zone))
        day = after
    return Offsets(tuple(starts), tuple(_micro(each) for each in found))


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second of the later offset, by halving."""
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _us(moment: datetime) -> int:
    return _micro(moment - _EPOCH)


def _micro(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
