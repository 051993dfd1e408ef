"""How many events were, or were not, followed in time by another."""

from __future__ import annotations

from marketing.personas.parts import PartKind, Shape


class Sequence(PartKind):
    shape = Shape.SEQUENCE
    empty = 0
    is_whole = True
