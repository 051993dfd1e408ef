"""How many events carry the number."""

from __future__ import annotations

import numpy as np

from marketing.personas.parts import Expression, Merge, Moments, Numbers, PartKind, Rows


class Known(PartKind):
    merge = Merge.ADD
    reads = "number"
    empty = 0
    is_whole = True

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        return (~np.isnan(number)).astype(np.float64)

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return rows.number.count(where=rows.inside)
