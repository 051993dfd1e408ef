"""The most frequent value of a property; of several the newest."""

from __future__ import annotations

from collections import Counter

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class Mode(TraitFunction):
    needs_property = True
    is_text = True
    phrase = Text("most frequent", "最常见的")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("mode", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        events = [each for each in told(spec, history) if each.text is not None]
        often = Counter(each.text for each in events)
        newest = {each.text: each.at_us for each in events}
        ranked = sorted(often, key=lambda text: (-often[text], -newest[text], text))
        return ranked[0] if ranked else None
