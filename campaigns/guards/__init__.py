"""The registry of guards: consent, caps, quiet hours, cooldown, pause.

Law: pure. A guard reads columns and the moment it is given; it answers, per person, pass or not,
and either a moment at which to try again (Later) or none (Hold). Guards are checked at decision
and, on fresh columns, again in the claim transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

from marketing.conditions.types import Columns, MaskArray, Ref
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text


@dataclass(frozen=True)
class Verdict:
    """``passes`` bool[n]. ``later_at``: when to ask again for the others; None = never."""

    passes: MaskArray
    later_at: datetime | None = None


@dataclass(frozen=True)
class Limits:
    """What a campaign and its workspace ask for; every guard takes from it what it needs."""

    channels: tuple[str, ...]
    running: bool
    ends_at: datetime | None
    cooldown_days: int
    counts_as_message: bool
    message_cap: int
    respects_quiet_hours: bool
    quiet_from_hour: int
    quiet_until_hour: int


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract; fields are the guard's settings."""

    label: ClassVar[Text]
    # Lower ranks are asked first, and the first no is the reason; delaying guards come last.
    rank: ClassVar[int] = 50

    @classmethod
    def of(cls, limits: Limits) -> tuple[Self, ...]:
        """The guards of this kind that a campaign with these limits is under; none by default."""
        return ()

    def reads(self) -> tuple[Ref, ...]:
        """The columns it needs, ``context:`` ones included."""
        return ()

    def check(self, columns: Columns, n: int, now: datetime, zone: ZoneInfo) -> Verdict:
        """For ``n`` people at ``now`` in the workspace's ``zone``."""
        raise NotImplementedError


GUARDS: Registry[Guard] = Registry(__name__, Guard, "guard")
