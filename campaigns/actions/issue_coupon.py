"""A coupon for one order, with a message that carries its code."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from campaigns.actions import Action, Message, Refused
from marketing.kernel.money import Money
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from campaigns.models.delivery import Delivery

# Without letters and digits that people mix up.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class IssueCoupon(Action, frozen=True, kw_only=True):
    """``title`` and ``body`` may use {value} and {code}."""

    label = Text("Issue a coupon", "发放优惠券")
    words = frozenset({"value", "code"})
    channel: str = "inbox"
    value_cents: Annotated[int, msgspec.Meta(ge=1)]
    valid_days: Annotated[int, msgspec.Meta(ge=1)] = 14
    currency: str = "CNY"
    title: str = "{value} off your next course"
    body: str = "Use {code}."

    def cost_cents(self) -> int:
        return self.value_cents

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        from campaigns.models.coupon import Coupon

        coupon, _created = Coupon.objects.get_or_create(
            delivery=delivery,
            defaults={
                "code": "-".join(_word() for _ in range(3)),
                "campaign_id": delivery.campaign_id,
                "person_id": delivery.person_id,
                "value_cents": self.value_cents,
                "currency": self.currency,
                "issued_at": now,
                "expires_at": now + timedelta(days=self.valid_days),
            },
        )
        words = {"value": str(Money(self.value_cents, self.currency)), "code": coupon.code}
        return Message(
            key=str(delivery.pk),
            title=self.title.format_map(words),
            body=self.body.format_map(words),
            coupon_code=coupon.code,
        )


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))
