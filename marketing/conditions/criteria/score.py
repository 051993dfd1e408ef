"""A prediction: churn probability, expected spending …"""

from __future__ import annotations

from marketing.conditions.criteria import Criterion
from marketing.conditions.offer import SCORE, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Text


class Score(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Score", "评分"), SCORE, {"name": Ask("score")}, "number",
        start={"op": "gte", "value": 0.5}, order=0,
    )  # fmt: skip

    name: str

    def ref(self) -> Ref:
        return Ref("score", self.name)
