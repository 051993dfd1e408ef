"""The mean of a numeric property over the events that carry it."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import Expression, Happening, Moment, Rows, TraitFunction


class Mean(TraitFunction):
    needs_property = True
    phrase = Text("average", "平均")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return rows.number.mean(where=rows.inside)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        numbers = [each.number for each in happenings if each.number is not None]
        return sum(numbers) / len(numbers) if numbers else None
