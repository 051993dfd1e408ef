"""The total of a numeric property; events without it add nothing."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import Expression, Happening, Moment, Rows, TraitFunction


class Sum(TraitFunction):
    needs_property = True
    empty = 0
    phrase = Text("total", "合计")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return rows.number.sum(where=rows.inside).fill_null(0)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return sum(each.number for each in happenings if each.number is not None)
