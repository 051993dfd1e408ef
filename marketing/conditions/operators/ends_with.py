"""The text ends with the operand."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class EndsWith(Operator):
    takes = "text"
    on = frozenset({"text"})
    phrase = Text("ends with {value}", "以{value}结尾")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return bool(value.endswith(operand))
