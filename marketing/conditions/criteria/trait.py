"""A named trait of the workspace's plan: orders in 90 days, days since last activity …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.types import Ref


class Trait(Criterion, frozen=True, kw_only=True):
    name: str

    def ref(self) -> Ref:
        return Ref("trait", self.name)
