"""The number in the newest event that has it, to four decimals; of several the largest."""

from __future__ import annotations

from marketing.personas.parts import FIXED, LARGEST, Expression, PartKind, Rows
from marketing.personas.parts.last_text import DIGITS
from marketing.personas.parts.total import fixed

# Added so that no number is negative: texts of equal length then sort as the numbers do.
_SHIFT = int(LARGEST) * FIXED
_WIDTH = len(str(2 * _SHIFT))


class LastNumber(PartKind):
    reads = "number"

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return undated(dated(rows).max(where=rows.inside & rows.number.notnull()))


def dated(rows: Rows) -> Expression:
    digits = (fixed(rows.number) + _SHIFT).cast("string").lpad(_WIDTH, "0")
    return rows.at_us.cast("string").lpad(DIGITS, "0").concat(digits)


def undated(dated: Expression) -> Expression:
    return (dated.substr(DIGITS).cast("int64") - _SHIFT).cast("float64") / float(FIXED)
