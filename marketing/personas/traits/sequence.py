"""How many events were followed by another within a time, or, once the time is over, were not."""

from __future__ import annotations

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.moments import HOUR_US
from marketing.kernel.text import Text
from marketing.kernel.windows import ALL_TIME
from marketing.personas.parts import Part
from marketing.personas.traits import History, Moment, TraitFunction, own, part


class Sequence(TraitFunction):
    needs = "then"
    empty = 0
    unit = "times"
    phrase = Text("times of", "次数")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("sequence", spec),)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        if spec.then is None:
            return None
        within = spec.then.within_hours * HOUR_US
        later = [each.at_us for each in history.of(spec.then.step, ALL_TIME)]
        count = 0
        for each in history.of(own(spec), spec.window):
            follows = any(each.at_us < at <= each.at_us + within for at in later)
            is_over = each.at_us + within <= moment.hour_us
            count += (is_over and not follows) if spec.then.negate else follows
        return count
