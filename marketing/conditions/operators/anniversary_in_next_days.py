"""A date whose anniversary falls within the next N local days, today included.

Born on 29 February, one has it on 28 February where the year has no 29th. The first is a year after
the date.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask, Operand
from marketing.kernel.dates import date_of, day_of, on_day
from marketing.kernel.text import Text


class AnniversaryInNextDays(Operator):
    takes = "days"
    on = frozenset({"text"})
    reads = "date"
    needs_today = True
    phrase = Text("has its anniversary within the next {value} days", "的周年日在未来{value}天内")
    phrase_of_one = Text("has its anniversary within the next day", "的周年日在未来{value}天内")

    @classmethod
    def bound(cls, operand: Operand, today: int) -> Any:
        return (operand, today)

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        days, today = operand
        born = date_of(value)
        if born is None:
            return False
        first = max(on_day(today).year, born.year + 1)
        last = on_day(today + min(int(days), 366)).year
        moments = (day_of(_in_year(born, year).isoformat()) for year in range(first, last + 1))
        return any(day is not None and today <= day < today + days for day in moments)


def _in_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
