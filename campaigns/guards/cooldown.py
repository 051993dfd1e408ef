"""The same campaign reaches a person at most once in so many days."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Limits, Verdict
from marketing.conditions.types import Columns, Ref
from marketing.kernel.text import Text


class Cooldown(Guard, frozen=True, kw_only=True):
    """``days`` 0 means none. The column holds days since this campaign's last delivery."""

    label = Text("Got this campaign lately", "近期已收到该活动")
    rank = 20
    days: int = 0

    @classmethod
    def of(cls, limits: Limits) -> tuple[Cooldown, ...]:
        return (cls(days=limits.cooldown_days),)

    def reads(self) -> tuple[Ref, ...]:
        return (Ref("context", "days_since_campaign"),) if self.days else ()

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        if not self.days:
            return Verdict(np.ones(n, dtype=bool))
        since = columns.column(Ref("context", "days_since_campaign"))
        recent = np.asarray(since.present) & (np.asarray(since.values) < self.days)
        return Verdict(~recent)
