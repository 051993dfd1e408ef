"""The largest value of a numeric property."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, numbers_told, part


class Max(TraitFunction):
    needs_property = True
    phrase = Text("highest", "最大")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("greatest", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        numbers = numbers_told(spec, history)
        return max(numbers, default=None)
