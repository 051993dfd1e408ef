"""The lowest value of a numeric property."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import Expression, Happening, Moment, Rows, TraitFunction


class Min(TraitFunction):
    needs_property = True
    phrase = Text("lowest", "最小")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return rows.number.min(where=rows.inside)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return min((each.number for each in happenings if each.number is not None), default=None)
