"""Local days since the first such event: 0 is today."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.conditions.types import Column, Scalar, TraitSpec
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, days_ago, part, told


class DaysSinceFirst(TraitFunction):
    unit = "days"
    phrase = Text("days since the first", "距首次天数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("first_at", spec),)

    @classmethod
    def finish(cls, parts: Sequence[Column], spec: TraitSpec, moment: Moment) -> Column:
        return days_ago(parts[0], spec, moment)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        events = told(spec, history)
        if not events:
            return None
        offsets = moment.offsets
        return offsets.day(microseconds(moment.now)) - offsets.day(events[0].at_us)
