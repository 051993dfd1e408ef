"""A prediction: churn probability, expected spending …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.types import Ref


class Score(Criterion, frozen=True, kw_only=True):
    name: str

    def ref(self) -> Ref:
        return Ref("score", self.name)
