"""Strictly less."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Below(Operator):
    takes = "number"
    on = frozenset({"number"})
    phrase = Text("is less than {value}", "小于{value}")
    times = Text("fewer than", "少于")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return value < operand  # type: ignore[no-any-return]
