"""The property's text in the earliest event that has it; of several at once the smallest."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Rows
from marketing.personas.parts.last_text import DIGITS, dated


class FirstText(PartKind):
    reads = "text"
    is_text = True

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return dated(rows).min(where=rows.inside & rows.text.notnull()).substr(DIGITS)
