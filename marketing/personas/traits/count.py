"""How often."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class Count(TraitFunction):
    empty = 0
    unit = "times"
    phrase = Text("number of", "次数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("n", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        return len(told(spec, history))
