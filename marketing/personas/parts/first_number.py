"""The number in the earliest event that has it, to four decimals; of several the smallest."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Rows
from marketing.personas.parts.last_number import dated, undated


class FirstNumber(PartKind):
    reads = "number"

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return undated(dated(rows).min(where=rows.inside & rows.number.notnull()))
