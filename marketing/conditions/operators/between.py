"""Within [low, high], both ends included."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.saying import say_value
from marketing.conditions.types import Mask, Operand
from marketing.kernel.text import Language, Text

_AND = Text(" and ", "与")


class Between(Operator):
    takes = "pair"
    on = frozenset({"number"})
    phrase = Text("is between {value}", "介于{value}之间")
    times = Text("between", "介于")

    @classmethod
    def say(cls, operand: Operand, language: Language) -> str:
        ends = operand if isinstance(operand, tuple) else (operand,)
        both = _AND.say(language).join(say_value(end, language) for end in ends)
        return cls.phrase.say(language, value=both)

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return (value >= operand[0]) & (value <= operand[1])  # type: ignore[no-any-return]
