"""No message between these local hours; it goes out when they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Limits, Verdict
from marketing.conditions.types import Columns
from marketing.kernel.text import Text


class QuietHours(Guard, frozen=True, kw_only=True):
    """From ``from_hour`` until ``until_hour`` in the workspace's zone; equal hours mean none."""

    label = Text("Quiet hours", "免打扰时段")
    rank = 90
    from_hour: int = 0
    until_hour: int = 0

    @classmethod
    def of(cls, limits: Limits) -> tuple[QuietHours, ...]:
        if not limits.respects_quiet_hours:
            return ()
        return (cls(from_hour=limits.quiet_from_hour, until_hour=limits.quiet_until_hour),)

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        local = now.astimezone(zone)
        if not self._quiet(local.hour):
            return Verdict(np.ones(n, dtype=bool))
        day = local.date() + timedelta(days=int(local.hour >= self.until_hour))
        ends = datetime(day.year, day.month, day.day, self.until_hour, tzinfo=zone)
        return Verdict(np.zeros(n, dtype=bool), ends.astimezone(UTC))

    def _quiet(self, hour: int) -> bool:
        if self.from_hour <= self.until_hour:
            return self.from_hour <= hour < self.until_hour
        return hour >= self.from_hour or hour < self.until_hour
