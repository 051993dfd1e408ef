"""Nobody is reached on a channel they did not agree to, or without an address there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Verdict
from marketing.conditions.types import Columns, Ref
from marketing.kernel.text import Text


class Consent(Guard, frozen=True, kw_only=True):
    """``channel`` empty: the app asked by itself, nothing is sent."""

    label = Text("No consent or no address on the channel", "该渠道未授权或无地址")
    channel: str = ""

    def reads(self) -> tuple[Ref, ...]:
        return (Ref("reachable", self.channel),) if self.channel else ()

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        if not self.channel:
            return Verdict(np.ones(n, dtype=bool))
        column = columns.column(Ref("reachable", self.channel))
        return Verdict(np.asarray(column.values, dtype=bool) & np.asarray(column.present))
