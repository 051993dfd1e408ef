"""Local days in a row up to today, or to yesterday while today has none yet."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class Streak(TraitFunction):
    empty = 0
    unit = "days"
    phrase = Text("current streak of", "当前连续天数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("current_streak", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        days = {moment.offsets.day(each.at_us) for each in told(spec, history)}
        today = moment.offsets.day(microseconds(moment.now))
        day = today if today in days else today - 1
        run = 0
        while day - run in days:
            run += 1
        return run
