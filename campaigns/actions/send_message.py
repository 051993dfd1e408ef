"""A plain message."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.actions import Action, Message, Refused
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from campaigns.models.delivery import Delivery


class SendMessage(Action, frozen=True, kw_only=True):
    label = Text("Send a message", "发送消息")
    channel: str = "push"
    title: str = "…"
    body: str = ""
    content: str = ""

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        return Message(str(delivery.pk), self.title, self.body, self.content)
