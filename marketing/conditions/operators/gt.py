"""Strictly greater."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Above(Operator):
    takes = "number"
    on = frozenset({"number"})
    phrase = Text("is more than {value}", "大于{value}")
    times = Text("more than", "多于")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return value > operand  # type: ignore[no-any-return]
