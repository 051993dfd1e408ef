"""How many different texts of the property."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape, Texts


class Distinct(PartKind):
    shape = Shape.VALUES
    reads = "text"
    empty = 0
    is_whole = True

    @classmethod
    def over_texts(cls, texts: Texts) -> Expression:
        return texts.newest.count(where=texts.inside)
