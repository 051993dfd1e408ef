"""At most so many messages a person in a window, over all campaigns."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.guards import Guard, Limits, Verdict
from marketing.conditions.types import Columns, Ref
from marketing.kernel.text import Text


class MessageCap(Guard, frozen=True, kw_only=True):
    """``most`` 0 means no cap. The window is the workspace's; the column is already within it."""

    label = Text("Message cap reached", "达到消息上限")
    rank = 30
    most: int = 0

    @classmethod
    def of(cls, limits: Limits) -> tuple[MessageCap, ...]:
        return (cls(most=limits.message_cap),) if limits.counts_as_message else ()

    def reads(self) -> tuple[Ref, ...]:
        return (Ref("context", "recent_messages"),) if self.most else ()

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        if not self.most:
            return Verdict(np.ones(n, dtype=bool))
        recent = np.asarray(columns.column(Ref("context", "recent_messages")).values)
        return Verdict(recent < self.most)
