"""On how many days of the workspace's time zone."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, part, told


class ActiveDays(TraitFunction):
    empty = 0
    unit = "days"
    phrase = Text("days with", "有发生的天数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("days", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        return len({moment.offsets.day(each.at_us) for each in told(spec, history)})
