"""Consent to be written to on a channel, whatever addresses are known."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import REACH, Ask, Offer
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

_YES = Text("consents to {channel}", "同意接收{channel}")
_NO = Text("does not consent to {channel}", "不同意接收{channel}")


class Consent(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Consent", "授权"), REACH, {"channel": Ask("channel")}, "flag",
        verbs=(Text("consents to", "同意接收："), Text("does not consent to", "不同意接收：")),
        start={"op": "eq", "value": True},
    )  # fmt: skip

    channel: str
    op: str = "eq"
    value: Operand = True

    def ref(self) -> Ref:
        return Ref("consent", self.channel)

    def describe(self, language: Language, label: Label) -> str:
        if self.op not in ("eq", "not_eq") or not isinstance(self.value, bool):
            return super().describe(language, label)
        yes = (self.op == "eq") == (self.value is True)
        name = label(Ref("reachable", self.channel), language)
        return (_YES if yes else _NO).say(language, channel=name)
