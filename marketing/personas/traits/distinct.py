"""How many different values of a property."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import Expression, Happening, Moment, Rows, TraitFunction


class Distinct(TraitFunction):
    needs_property = True
    is_text = True
    empty = 0
    phrase = Text("different values of", "不同取值数")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return rows.text.nunique(where=rows.inside)

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return len({each.text for each in happenings if each.text is not None})
