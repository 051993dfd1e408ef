"""One total or count divided by another; missing where the other is nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from marketing.conditions.types import Column, Scalar, TraitSpec
from marketing.kernel.text import Text
from marketing.personas.parts import FIXED, Part
from marketing.personas.traits import (
    History,
    Moment,
    TraitFunction,
    known,
    numbers,
    numbers_told,
    part,
    told,
)


class Ratio(TraitFunction):
    needs = "against"
    unit = "share"
    phrase = Text("ratio of", "比率")

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        return (amount(spec), amount(spec.against or spec))

    @classmethod
    def finish(cls, parts: Sequence[Column], spec: TraitSpec, moment: Moment) -> Column:
        above, below = (numbers(each) for each in parts)
        scale = _scale(spec) / _scale(spec.against or spec)
        return known(
            np.divide(above, below * scale, out=np.full(len(above), np.nan), where=below != 0)
        )

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        above, below = (_plain(each, history) for each in (spec, spec.against or spec))
        scale = _scale(spec) / _scale(spec.against or spec)
        return above / (below * scale) if below else None


def amount(spec: TraitSpec) -> Part:
    """The total of the property, or the number of events where none is named."""
    return part("total" if spec.property else "n", spec)


def _plain(spec: TraitSpec, history: History) -> float:
    if not spec.property:
        return len(told(spec, history))
    return sum(math.floor(number * FIXED + 0.5) for number in numbers_told(spec, history))


def _scale(spec: TraitSpec) -> float:
    """Totals are in ten-thousandths, numbers of events in ones."""
    return float(FIXED) if spec.property else 1.0
