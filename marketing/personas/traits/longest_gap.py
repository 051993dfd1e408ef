"""The longest time between two days with such events, in days; missing below two days."""

from __future__ import annotations

import itertools

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class LongestGap(TraitFunction):
    unit = "days"
    phrase = Text("longest gap between", "最长间隔")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("gap", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        days = sorted({moment.offsets.day(each.at_us) for each in told(spec, history)})
        return max((b - a for a, b in itertools.pairwise(days)), default=None)
