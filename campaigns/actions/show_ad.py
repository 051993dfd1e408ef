"""An ad in a placement."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.actions import Action, Message, Refused
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from campaigns.models.delivery import Delivery


class ShowAd(Action, frozen=True, kw_only=True):
    """``ad`` is the key of a creative."""

    label = Text("Show an ad", "展示广告")
    channel: str = ""
    ad: str

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        from campaigns.models.ads import Ad

        found = Ad.objects.filter(key=self.ad, active=True).first()
        if found is None:
            return Refused("no_such_ad")
        return Message(str(delivery.pk), found.title, found.body, url=found.url,
                       extra={"ad": found.key})  # fmt: skip
