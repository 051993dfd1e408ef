"""The number of a property in the earliest event that has it, to four decimals."""

from __future__ import annotations

import math

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import FIXED, Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class FirstNumber(TraitFunction):
    needs_property = True
    phrase = Text("first number of", "首次的数值")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("first_number", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        events = told(spec, history)
        found = min(((e.at_us, e.number) for e in events if e.number is not None), default=None)
        return None if found is None else math.floor(found[1] * FIXED + 0.5) / FIXED
