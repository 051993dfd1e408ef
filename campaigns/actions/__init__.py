"""The registry of actions: what a yes does. Law: composing twice is composing once.

``compose`` runs inside the claim transaction, so what it writes (a coupon) and the claim stand or
fall together; the message is then sent by a channel, outside any transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec

from marketing.kernel.registry import Registry
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from campaigns.models.delivery import Delivery


@dataclass(frozen=True)
class Message:
    """What a channel sends. ``key`` is the idempotency key: the delivery's id."""

    key: str
    title: str
    body: str
    content: str = ""
    coupon_code: str = ""
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """It cannot be done for this person, and trying again would not help. ``code`` says why."""

    code: str


class Action(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract; fields are the parameters an operator sets.

    ``channel`` empty: the app renders the answer itself (a placement), nothing is sent.
    """

    label: ClassVar[Text]
    channel: str = ""

    def cost_cents(self) -> int:
        """What one yes takes from the campaign's budget."""
        return 0

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        raise NotImplementedError


ACTIONS: Registry[Action] = Registry(__name__, Action, "action")
