"""The text begins with the operand."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class StartsWith(Operator):
    takes = "text"
    on = frozenset({"text"})
    phrase = Text("starts with {value}", "以{value}开头")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return bool(value.startswith(operand))
