"""A label given to somebody: by hand, by a rule, or learned."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

_HAS = Text("has label “{name}”", "有标签“{name}”")


class LabelGiven(Criterion, frozen=True, kw_only=True):
    """Without an operator: has it. ``has_any`` and ``has_all`` compare the label's values."""

    name: str
    op: str = "is_known"
    value: Operand = None

    def ref(self) -> Ref:
        return Ref("label", self.name)

    def describe(self, language: Language, label: Label) -> str:
        if self.op != "is_known":
            return super().describe(language, label)
        return _HAS.say(language, name=label(self.ref(), language))
