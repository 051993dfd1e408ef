"""What a person or the host said: region, language, plan …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.types import Ref


class Attribute(Criterion, frozen=True, kw_only=True):
    name: str

    def ref(self) -> Ref:
        return Ref("attribute", self.name)
