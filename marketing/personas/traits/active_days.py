"""On how many days of the workspace's time zone."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import DAY_US, Expression, Happening, Moment, Rows, TraitFunction


class ActiveDays(TraitFunction):
    empty = 0
    phrase = Text("days with", "有发生的天数")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return ((rows.at_us + moment.offset_us) // DAY_US).nunique(where=rows.inside)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return len({(each.at_us + moment.offset_us) // DAY_US for each in happenings})
