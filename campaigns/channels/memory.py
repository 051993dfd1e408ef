"""The fake beside the port: keeps what it was given, and says so in the receipt."""

from __future__ import annotations

from datetime import datetime

from campaigns.actions import Message
from campaigns.channels import Answer, Channel, Receipt
from marketing.kernel.text import Text


class Memory(Channel):
    """``sent``: idempotency key to message, for this process."""

    label = Text("Kept in memory (no provider configured)", "仅内存保存（未配置推送服务）")

    def __init__(self) -> None:
        self.sent: dict[str, Message] = {}

    def send(self, person_id: int, message: Message, now: datetime) -> Answer:
        self.sent.setdefault(message.key, message)
        return Receipt({"channel": "memory", "title": message.title, "content": message.content})
