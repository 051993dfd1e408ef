"""Within [low, high], both ends included."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Between(Operator):
    takes = "pair"
    on = frozenset({"number"})
    phrase = Text("is between {value}", "介于{value}之间")
    times = Text("between", "介于")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return (value >= operand[0]) & (value <= operand[1])  # type: ignore[no-any-return]
