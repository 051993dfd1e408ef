"""Equal; numbers, texts and flags alike."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Equals(Operator):
    takes = "scalar"
    on = frozenset({"number", "text", "flag"})
    phrase = Text("is {value}", "等于{value}")
    times = Text("exactly", "恰好")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return value == operand  # type: ignore[no-any-return]
