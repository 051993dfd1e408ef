"""How often."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import Expression, Happening, Moment, Rows, TraitFunction


class Count(TraitFunction):
    empty = 0
    phrase = Text("number of", "次数")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return rows.at_us.count(where=rows.inside)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return len(happenings)
