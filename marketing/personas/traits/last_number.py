"""The number of a property in the newest event that has it, to four decimals."""

from __future__ import annotations

import math

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import FIXED, Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class LastNumber(TraitFunction):
    needs_property = True
    phrase = Text("last number of", "最近的数值")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("last_number", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        events = told(spec, history)
        found = max(((e.at_us, e.number) for e in events if e.number is not None), default=None)
        return None if found is None else math.floor(found[1] * FIXED + 0.5) / FIXED
