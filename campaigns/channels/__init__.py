"""The registry of channels: how a message leaves. Law: sending twice under one key is once.

Only four answers: Receipt (it arrived there), Refused (never will), TryLater (nothing happened),
Unknown (nobody can say: counted, never sent again by itself).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from campaigns.actions import Message, Refused
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text


@dataclass(frozen=True)
class Receipt:
    """``details`` go into the ledger: a provider's message id, say."""

    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TryLater:
    after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Unknown:
    why: str


Answer: TypeAlias = Receipt | Refused | TryLater | Unknown


class Channel:
    """The contract."""

    label: Text

    def send(self, person_id: int, message: Message, now: datetime) -> Answer:
        raise NotImplementedError


CHANNELS: Registry[Channel] = Registry(__name__, Channel, "channel")
