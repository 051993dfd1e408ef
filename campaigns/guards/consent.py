"""Nobody is reached on a channel they did not agree to, or without an address there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Limits, Verdict
from marketing.conditions.types import Columns, Ref
from marketing.kernel.text import Text


class Consent(Guard, frozen=True, kw_only=True):
    """``channel`` empty: the app asked by itself, nothing is sent."""

    label = Text("No consent or no address on the channel", "该渠道未授权或无地址")
    rank = 10
    channel: str = ""

    @classmethod
    def of(cls, limits: Limits) -> tuple[Consent, ...]:
        # Every arm's channel is needed of everybody, the holdout too: else the arms would differ in
        # who can be reached and not only in what they got.
        return tuple(cls(channel=channel) for channel in limits.channels if channel)

    def reads(self) -> tuple[Ref, ...]:
        return (Ref("reachable", self.channel),) if self.channel else ()

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        if not self.channel:
            return Verdict(np.ones(n, dtype=bool))
        column = columns.column(Ref("reachable", self.channel))
        return Verdict(np.asarray(column.values, dtype=bool) & np.asarray(column.present))
