"""Where a prediction stands among everyone scored: 0.8 and above is the top fifth."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import SCORE, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text

_SUBJECT = Text("{score} percentile", "{score}百分位")


class ScorePercentile(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Score percentile", "评分百分位"), SCORE, {"name": Ask("score")}, "number",
        unit="share", start={"op": "gte", "value": 0.8},
    )  # fmt: skip

    name: str

    def ref(self) -> Ref:
        return Ref("percentile", self.name)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, score=label(Ref("score", self.name), language))
