"""All that the builder offers and says, as one JSON in the operator's language."""

from __future__ import annotations

from marketing.conditions.parse import MAX_DEPTH, VERSION
from marketing.studio.rules import catalogue, choices, offering
from marketing.studio.rules.types import Vocabulary
from marketing.studio.rules.words import words
from marketing.workspace.language import language


def vocabulary(own_key: str | None = None, named: frozenset[str] = frozenset()) -> Vocabulary:
    """``own_key``: of the segment whose condition is edited; None for a new one.

    ``named``: what the condition names already, so that it is listed among thousands too.
    """
    spoken = language()
    return Vocabulary(
        version=VERSION,
        max_depth=MAX_DEPTH,
        families=offering.families(spoken),
        criteria=offering.criteria(spoken),
        operators=offering.operators(spoken),
        filter_operators=offering.filter_operators(spoken),
        functions=offering.functions(spoken),
        choices=choices.lists(choices.known(spoken, own_key, named)),
        searched=tuple(catalogue.SEARCHED),
        words=words(),
    )
