"""Local days since somebody inside a segment entered it; missing outside."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import SEGMENT, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text

_SUBJECT = Text("days since entering segment “{name}”", "进入分群“{name}”以来的天数")


class SinceEntered(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Days inside", "进入分群天数"), SEGMENT,
        {"name": Ask("segment", Text("days since entering", "进入以来的天数："))}, "number",
        start={"op": "lte", "value": 7},
    )  # fmt: skip

    name: str

    def ref(self) -> Ref:
        return Ref("since_entered", self.name)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, name=label(Ref("segment", self.name), language))
