"""A set (a list that was said) holds at least one of the operands; a text is a set of itself."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.sets import members
from marketing.kernel.text import Text


class HasAny(Operator):
    takes = "list"
    on = frozenset({"text"})
    reads = "set"
    phrase = Text("has any of {value}", "包含其中任一：{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return not members(value).isdisjoint(map(str, operand))
