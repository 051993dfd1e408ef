"""A set (a list that was said) holds all of the operands."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.sets import members
from marketing.kernel.text import Text


class HasAll(Operator):
    takes = "list"
    on = frozenset({"text"})
    reads = "set"
    phrase = Text("has all of {value}", "同时包含：{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return members(value).issuperset(map(str, operand))
