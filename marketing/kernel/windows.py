"""What "in the last 30 days" means, once, for scans, conditions and the docs.

A window of days is that many whole days of the workspace's time zone, today so far included.
A window of hours (up to 72) is that many whole hours, the running one included. ``skip`` ends the
window earlier: ``Window(days=56, skip_days=28)`` is the 56 days before the last 28.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from marketing.kernel.errors import Invalid

MAX_HOURS = 72
MAX_DAYS = 3_660


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``days`` or ``hours``; neither means all time. ``skip_days`` only with ``days``."""

    days: int | None = None
    hours: int | None = None
    skip_days: int = 0

    def __post_init__(self) -> None:
        if self.days is not None and self.hours is not None:
            raise ValueError("a window has days or hours, not both")
        if self.days is not None and not 1 <= self.days <= MAX_DAYS:
            raise ValueError(f"days must be 1 to {MAX_DAYS}")
        if self.hours is not None and not 1 <= self.hours <= MAX_HOURS:
            raise ValueError(f"hours must be 1 to {MAX_HOURS}; use days beyond that")
        if self.skip_days < 0 or (self.skip_days and self.days is None):
            raise ValueError("skip_days needs days and cannot be negative")

    @property
    def is_all_time(self) -> bool:
        return self.days is None and self.hours is None

    def bounds(self, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime]:
        """Half-open [start, end) as aware UTC moments; start None means since ever.

        Without ``skip_days`` the end is one microsecond after ``now``: what happens at the very
        moment ``now`` counts.
        """
        require_aware(now)
        after = now.astimezone(UTC) + timedelta(microseconds=1)
        if self.days is not None:
            end = day_start(now, zone, 1 - self.skip_days) if self.skip_days else after
            return day_start(now, zone, -(self.days + self.skip_days - 1)), end
        if self.hours is not None:
            hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            return hour - timedelta(hours=self.hours - 1), after
        return None, after

    def key(self) -> str:
        """Short and unique: ``30d``, ``56d+28``, ``6h``, ``all``."""
        if self.days is not None:
            return f"{self.days}d+{self.skip_days}" if self.skip_days else f"{self.days}d"
        return f"{self.hours}h" if self.hours is not None else "all"


ALL_TIME = Window()


def require_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise Invalid("A moment needs a time zone", pointer="now")


def day_start(now: datetime, zone: ZoneInfo, offset_days: int = 0) -> datetime:
    """The local midnight ``offset_days`` from today, in UTC; right across DST changes."""
    today = now.astimezone(zone).date() + timedelta(days=offset_days)
    return datetime(today.year, today.month, today.day, tzinfo=zone).astimezone(UTC)
