"""How a segment that is no rule came about, and the condition that it is read by.

The people of such a segment stand in no persona column: a roster or something learned says who
they are. ``Standing`` is the leaf that asks for them, so evaluation, circles and explanations go
the way of every other condition.
"""

from __future__ import annotations

import msgspec

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.criteria.segment import Segment as InSegment
from marketing.conditions.groups import All, Node
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

STANDING = "standing"


class Standing(Criterion, frozen=True, kw_only=True):
    """Is this person one of the segment's own people? No operator can write it in a condition."""

    name: str
    said: Text
    op: str = "eq"
    value: Operand = True

    def ref(self) -> Ref:
        return Ref(STANDING, self.name)

    def describe(self, language: Language, label: Label) -> str:
        return self.said.say(language)


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``said``: how it came about. ``within``, ``without``: keys of segments whose members alone
    may be inside, and may not.
    """

    said: Text
    within: str | None = None
    without: str | None = None

    def node(self, key: str) -> Node:
        parts: list[Node] = [Standing(name=key, said=self.said)]
        if self.within is not None:
            parts.append(InSegment(name=self.within))
        if self.without is not None:
            parts.append(InSegment(name=self.without, value=False))
        return parts[0] if len(parts) == 1 else All(tuple(parts))
