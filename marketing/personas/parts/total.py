"""The sum of a number in ten-thousandths: whole, so exact in any order."""

from __future__ import annotations

import numpy as np

from marketing.personas.parts import FIXED, Expression, Merge, Moments, Numbers, PartKind, Rows


class Total(PartKind):
    merge = Merge.ADD
    reads = "number"
    empty = 0

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        return np.nan_to_num(np.floor(number * FIXED + 0.5))

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return fixed(rows.number).sum(where=rows.inside)


def fixed(number: Expression) -> Expression:
    """Whole ten-thousandths; halves go up, on every engine alike."""
    return (number * float(FIXED) + 0.5).floor().cast("int64")
