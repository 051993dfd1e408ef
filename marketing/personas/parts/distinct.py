"""How many different texts of the property."""

from __future__ import annotations

from marketing.personas.parts import PartKind, Shape


class Distinct(PartKind):
    shape = Shape.VALUES
    reads = "text"
    empty = 0
    is_whole = True
