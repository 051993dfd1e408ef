"""The largest number."""

from __future__ import annotations

from marketing.personas.parts import Expression, Merge, Moments, Numbers, PartKind, Rows


class Greatest(PartKind):
    merge = Merge.GREATEST
    reads = "number"

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        return number

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return rows.number.max(where=rows.inside)
