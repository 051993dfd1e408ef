"""A date within the last N local days, today included: the same days as a window's."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask, Operand
from marketing.kernel.dates import day_of
from marketing.kernel.text import Text


class DateInLastDays(Operator):
    takes = "days"
    on = frozenset({"text"})
    reads = "date"
    needs_today = True
    phrase = Text("is within the last {value} days", "在最近{value}天内")
    phrase_of_one = Text("is within the last day", "在最近{value}天内")

    @classmethod
    def bound(cls, operand: Operand, today: int) -> Any:
        return (operand, today)

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        days, today = operand
        day = day_of(value)
        return day is not None and today - days < day <= today
