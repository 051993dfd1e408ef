"""When it happened last, in microseconds since 1970 UTC."""

from __future__ import annotations

import numpy as np

from marketing.personas.parts import Expression, Merge, Moments, Numbers, PartKind, Rows


class LastAt(PartKind):
    merge = Merge.GREATEST

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        return at_us.astype(np.float64)

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return rows.at_us.max(where=rows.inside)
