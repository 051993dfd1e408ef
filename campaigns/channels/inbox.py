"""Cards in the app's own inbox, stored here and fetched by the app."""

from __future__ import annotations

from datetime import datetime

from campaigns.actions import Message
from campaigns.channels import Answer, Channel, Receipt
from marketing.kernel.text import Text


class Inbox(Channel):
    label = Text("App inbox", "站内信")

    def send(self, person_id: int, message: Message, now: datetime) -> Answer:
        from campaigns.models.inbox import InboxCard

        card, _created = InboxCard.objects.get_or_create(
            delivery_id=int(message.key),
            defaults={
                "person_id": person_id,
                "title": message.title[:200],
                "body": message.body,
                "content": message.content,
                "coupon_code": message.coupon_code,
                "created_at": now,
            },
        )
        return Receipt({"card": str(card.pk)})
