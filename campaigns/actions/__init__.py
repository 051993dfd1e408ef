"""The registry of actions: what a yes does. Law: composing twice is composing once.

``compose`` runs inside the claim transaction, so what it writes (a coupon) and the claim stand or
fall together; the message is then sent by a channel, outside any transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
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


def check_template(template: str, words: frozenset[str]) -> None:
    """Raises ValueError naming an unknown word or a brace that does not close."""
    try:
        used = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}
    except ValueError as error:
        raise ValueError(f"'{template}' is no template: {error}") from None
    if used - words:
        known = ", ".join(f"{{{word}}}" for word in sorted(words)) or "none"
        raise ValueError(f"unknown {{{sorted(used - words)[0]}}} in '{template}'; known: {known}")


class Action(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract; fields are the parameters an operator sets.

    ``channel`` empty: the app renders the answer itself (a placement), nothing is sent.
    """

    label: ClassVar[Text]
    # What a template may name in braces.
    words: ClassVar[frozenset[str]] = frozenset()
    channel: str = ""

    def __post_init__(self) -> None:
        """A slip of the pen in a template is found when it is typed, not when it is sent."""
        for name in ("title", "body"):
            check_template(getattr(self, name, ""), self.words)

    def cost_cents(self) -> int:
        """What one yes takes from the campaign's budget."""
        return 0

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        raise NotImplementedError


ACTIONS: Registry[Action] = Registry(__name__, Action, "action")
