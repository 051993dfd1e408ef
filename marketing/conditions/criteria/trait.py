"""A named trait of the workspace's plan: orders in 90 days, days since last activity …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.offer import ATTRIBUTE, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Text


class Trait(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Trait", "特征"), ATTRIBUTE, {"name": Ask("trait")}, "number",
        start={"op": "gte", "value": 1},
    )  # fmt: skip

    name: str

    def ref(self) -> Ref:
        return Ref("trait", self.name)
