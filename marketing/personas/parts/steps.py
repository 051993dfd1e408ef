"""How many steps of a funnel were reached, each strictly later than the one before."""

from __future__ import annotations

from marketing.personas.parts import PartKind, Shape


class Steps(PartKind):
    shape = Shape.STEPS
    empty = 0
    is_whole = True
