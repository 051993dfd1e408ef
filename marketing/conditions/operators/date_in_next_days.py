"""A date within the next N local days, today included."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask, Operand
from marketing.kernel.dates import day_of
from marketing.kernel.text import Text


class DateInNextDays(Operator):
    takes = "days"
    on = frozenset({"text"})
    reads = "date"
    needs_today = True
    phrase = Text("is within the next {value} days", "在未来{value}天内")
    phrase_of_one = Text("is within the next day", "在未来{value}天内")

    @classmethod
    def bound(cls, operand: Operand, today: int) -> Any:
        return (operand, today)

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        days, today = operand
        day = day_of(value)
        return day is not None and today <= day < today + days
