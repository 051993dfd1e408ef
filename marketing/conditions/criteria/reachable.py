"""Consent given and an address known on a channel."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import REACH, Ask, Offer
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

_YES = Text("can be reached by {channel}", "可通过{channel}触达")
_NO = Text("cannot be reached by {channel}", "不可通过{channel}触达")


class Reachable(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Reachable now", "当前可触达"), REACH, {"channel": Ask("channel")}, "flag",
        verbs=(Text("can be reached by", "可触达："), Text("cannot be reached by", "不可触达：")),
        start={"op": "eq", "value": True}, order=0,
    )  # fmt: skip

    channel: str
    op: str = "eq"
    value: Operand = True

    def ref(self) -> Ref:
        return Ref("reachable", self.channel)

    def describe(self, language: Language, label: Label) -> str:
        if self.op not in ("eq", "not_eq") or not isinstance(self.value, bool):
            return super().describe(language, label)  # an unusual way to say it: said as it is
        yes = (self.op == "eq") == (self.value is True)
        return (_YES if yes else _NO).say(language, channel=label(self.ref(), language))
