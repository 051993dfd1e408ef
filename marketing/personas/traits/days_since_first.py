"""Days since the first such event."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Scalar
from marketing.kernel.text import Text
from marketing.personas.traits import DAY_US, Expression, Happening, Moment, Rows, TraitFunction


class DaysSinceFirst(TraitFunction):
    phrase = Text("days since the first", "距首次天数")

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        return (moment.now_us - rows.at_us.min(where=rows.inside)) // DAY_US

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        return (moment.now_us - happenings[0].at_us) // DAY_US if happenings else None
