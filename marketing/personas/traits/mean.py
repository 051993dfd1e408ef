"""The average of a numeric property over the events that have it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from marketing.conditions.types import Column, Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import FIXED, Part
from marketing.personas.traits import History, Moment, TraitFunction, known, numbers_told, part


class Mean(TraitFunction):
    needs_property = True
    phrase = Text("average", "平均")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("total", spec), part("known", spec))

    @classmethod
    def finish(cls, parts: Sequence[Column], spec: TraitSpec, moment: Moment) -> Column:
        total, count = (np.asarray(each.values, dtype=np.float64) for each in parts)
        return known(
            np.divide(total, count * FIXED, out=np.full(len(total), np.nan), where=count > 0)
        )

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        numbers = numbers_told(spec, history)
        total = sum(math.floor(number * FIXED + 0.5) for number in numbers)
        return total / (len(numbers) * FIXED) if numbers else None
