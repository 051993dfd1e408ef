"""Membership of another segment."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import SEGMENT, Ask, Offer
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

_IN = Text("is in segment “{name}”", "属于分群“{name}”")
_OUT = Text("is not in segment “{name}”", "不属于分群“{name}”")


class Segment(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Segment", "分群"), SEGMENT, {"name": Ask("segment")}, "flag",
        verbs=(Text("is in", "属于"), Text("is not in", "不属于")),
        start={"op": "eq", "value": True}, order=0,
    )  # fmt: skip

    name: str
    op: str = "eq"
    value: Operand = True

    def ref(self) -> Ref:
        return Ref("segment", self.name)

    def describe(self, language: Language, label: Label) -> str:
        if self.op not in ("eq", "not_eq") or not isinstance(self.value, bool):
            return super().describe(language, label)  # an unusual way to say it: said as it is
        inside = (self.op == "eq") == (self.value is True)
        return (_IN if inside else _OUT).say(language, name=label(self.ref(), language))
