"""A paused or ended campaign reaches nobody, whatever was decided before."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Limits, Verdict
from marketing.conditions.types import Columns
from marketing.kernel.text import Text


class Running(Guard, frozen=True, kw_only=True):
    label = Text("Campaign is not running", "活动未在进行中")
    rank = 0
    running: bool = True
    ends_at: datetime | None = None

    @classmethod
    def of(cls, limits: Limits) -> tuple[Running, ...]:
        return (cls(running=limits.running, ends_at=limits.ends_at),)

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        alive = self.running and (self.ends_at is None or now < self.ends_at)
        return Verdict(np.full(n, alive))
