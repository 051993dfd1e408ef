"""A date after another."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.dates import day_of
from marketing.kernel.text import Text


class DateAfter(Operator):
    takes = "date"
    on = frozenset({"text"})
    reads = "date"
    phrase = Text("is after {value}", "晚于{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        day, other = day_of(value), day_of(operand)
        return day is not None and other is not None and day > other
