"""What a person or the host said: region, language, plan …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.offer import ATTRIBUTE, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Text


class Attribute(Criterion, frozen=True, kw_only=True):
    offer = Offer(Text("Attribute", "属性"), ATTRIBUTE, {"name": Ask("attribute")}, order=0)

    name: str

    def ref(self) -> Ref:
        return Ref("attribute", self.name)
