"""How many different values of a property."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, texts_told


class Distinct(TraitFunction):
    needs_property = True
    empty = 0
    unit = "times"
    phrase = Text("different values of", "不同取值数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("distinct", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        texts = texts_told(spec, history)
        return len(set(texts))
