"""The most frequent text; of several equally frequent the newest, then the smallest."""

from __future__ import annotations

from marketing.personas.parts import PartKind, Shape


class Mode(PartKind):
    shape = Shape.RANKED
    reads = "text"
    is_text = True
