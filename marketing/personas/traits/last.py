"""The text of a property in the newest event that has it."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class Last(TraitFunction):
    needs_property = True
    is_text = True
    phrase = Text("last", "最近的")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("last_text", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        events = told(spec, history)
        return max(((e.at_us, e.text) for e in events if e.text is not None), default=(0, None))[1]
