"""The property's text in the newest event that has it; of several at once the largest."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Rows

DIGITS = 17


class LastText(PartKind):
    reads = "text"
    is_text = True

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        return dated(rows).max(where=rows.inside & rows.text.notnull()).substr(DIGITS)


def dated(rows: Rows) -> Expression:
    """Moment and text as one text that sorts by the moment: one pass, and no tie is left open."""
    return rows.at_us.cast("string").lpad(DIGITS, "0").concat(rows.text)
