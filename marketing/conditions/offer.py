"""How a criterion is offered in the rule builder: its words, its family, what each field asks for.

Nothing here is read when a condition is parsed or evaluated. A criterion says it once, in a
ClassVar ``offer``; the builder's vocabulary is made from it (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from marketing.kernel.text import Text

Tone = Literal["blue", "teal", "purple", "orange", "rose", "slate", "green"]
Kind = Literal["number", "text", "flag"]


class Family(NamedTuple):
    """Criteria that are offered under one button. ``icon``: a name of Google's Material Symbols."""

    name: str
    title: Text
    icon: str
    tone: Tone


BEHAVIOUR = Family("behaviour", Text("Behaviour", "行为"), "bolt", "blue")
LEARNING = Family("learning", Text("Learning", "学习"), "school", "green")
ATTRIBUTE = Family("attribute", Text("Attribute", "属性"), "person", "teal")
SCORE = Family("score", Text("AI score", "AI 评分"), "neurology", "purple")
SEGMENT = Family("segment", Text("Segment", "分群"), "filter_alt", "orange")
REACH = Family("reach", Text("Reach", "触达"), "send", "rose")
OTHER = Family("other", Text("Other", "其他"), "tune", "slate")
# The order of the buttons; a family of somebody's own comes before the last.
FAMILIES = (BEHAVIOUR, LEARNING, ATTRIBUTE, SCORE, SEGMENT, REACH, OTHER)


class Ask(NamedTuple):
    """What a field is chosen from.

    ``kind``: a list of what the workspace knows (event, property, attribute, trait, score,
    segment, label, subscription, content, concept, channel, function), or an input (text, number,
    flag, window, filters, form: the fields of a struct). ``label`` stands before the input. A
    field that asks for nothing gets the input of its type.
    """

    kind: str
    label: Text | None = None


@dataclass(frozen=True)
class Offer:
    """``asks``: by the field's name; of structs and of lists of them by ``steps.event``.

    ``compares``: what kind of value the leaf compares; None: what its chosen name is.
    ``verbs``: (holds, does not), said instead of comparing a flag with yes or no.
    ``operators``: the only ones that are offered, in this order and in these words; empty: all that
    compare such values.
    ``unit``: "share" is stored as 0 to 1 and shown in percent.
    ``start``: the fields of a fresh leaf; a choice that is left out begins with its first.
    ``editor``: the name of an editor of its own; empty: the one that the fields make up.
    ``order``: within its family; the lowest is what the family's button adds.
    """

    title: Text
    family: Family = OTHER
    asks: Mapping[str, Ask] = field(default_factory=dict)
    compares: Kind | None = None
    verbs: tuple[Text, Text] | None = None
    operators: Mapping[str, Text] = field(default_factory=dict)
    unit: Literal["", "share"] = ""
    start: Mapping[str, object] = field(default_factory=dict)
    editor: str = ""
    order: int = 1
