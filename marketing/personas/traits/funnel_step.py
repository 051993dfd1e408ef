"""How many steps of a funnel were reached, in order."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, own, part


class FunnelStep(TraitFunction):
    needs = "steps"
    empty = 0
    unit = "times"
    phrase = Text("steps reached of", "到达步数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("steps", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        reached, at = 0, -1
        for step in (own(spec), *spec.steps):
            later = [each.at_us for each in history.of(step, spec.window) if each.at_us > at]
            if not later:
                break
            reached, at = reached + 1, min(later)
        return reached
