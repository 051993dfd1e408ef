"""How many events."""

from __future__ import annotations

import numpy as np

from marketing.personas.parts import Expression, Merge, Moments, Numbers, PartKind, Rows


class N(PartKind):
    merge = Merge.ADD
    empty = 0
    is_whole = True

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        return np.ones(len(at_us))

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return rows.at_us.count(where=rows.inside)
