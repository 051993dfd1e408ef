"""A label given to somebody: by hand, by a rule, or learned."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import ATTRIBUTE, Ask, Offer
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

_HAS = Text("has label “{name}”", "有标签“{name}”")


class LabelGiven(Criterion, frozen=True, kw_only=True):
    """Without an operator: has it. ``has_any`` and ``has_all`` compare the label's values."""

    offer = Offer(
        Text("Label", "标签"), ATTRIBUTE, {"name": Ask("label")},
        operators={
            "is_known": Text("is given", "已打上"),
            "has_any": Text("has any of the values", "标签值包含任一"),
            "has_all": Text("has all of the values", "标签值同时包含"),
        },
        start={"op": "is_known"}, order=2,
    )  # fmt: skip

    name: str
    op: str = "is_known"
    value: Operand = None

    def ref(self) -> Ref:
        return Ref("label", self.name)

    def describe(self, language: Language, label: Label) -> str:
        if self.op != "is_known":
            return super().describe(language, label)
        return _HAS.say(language, name=label(self.ref(), language))
