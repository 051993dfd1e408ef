"""The text holds the operand (Chinese too: no word boundaries are assumed)."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Contains(Operator):
    takes = "text"
    on = frozenset({"text"})
    phrase = Text("contains {value}", "包含{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return operand in value
