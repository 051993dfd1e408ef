"""The most local days in a row with such events."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class LongestStreak(TraitFunction):
    empty = 0
    unit = "days"
    phrase = Text("longest streak of", "最长连续天数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("longest_streak", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        days = sorted({moment.offsets.day(each.at_us) for each in told(spec, history)})
        longest = run = 0
        for place, day in enumerate(days):
            run = run + 1 if place and day == days[place - 1] + 1 else 1
            longest = max(longest, run)
        return longest
