"""The total of a numeric property; events without it add nothing. Exact to four decimals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from marketing.conditions.types import Column, Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import FIXED, Part
from marketing.personas.traits import History, Moment, TraitFunction, numbers_told, part


class Sum(TraitFunction):
    needs_property = True
    empty = 0
    phrase = Text("total", "合计")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (part("total", spec),)

    @classmethod
    def finish(cls, parts: Sequence[Column], spec: TraitSpec, moment: Moment) -> Column:
        return Column(np.asarray(parts[0].values, dtype=np.float64) / FIXED, parts[0].present)

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        numbers = numbers_told(spec, history)
        return sum(math.floor(number * FIXED + 0.5) for number in numbers) / FIXED
