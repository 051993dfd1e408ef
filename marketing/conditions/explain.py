"""Why a person is or is not inside: every leaf with its sentence, its verdict and what was seen.

A leaf below ``not`` is said with its ``not`` and holds where that is true (De Morgan: the parts of
what is not "a or b" are "not a" and "not b"), so what fails is what stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.groups import Node, Not
from marketing.conditions.types import Columns, Scalar
from marketing.kernel.text import Language


@dataclass(frozen=True)
class LeafAnswer:
    """``holds``: whether what the sentence says is true. ``seen`` is None where it is missing."""

    sentence: str
    holds: bool
    seen: Scalar


def explain(node: Node, columns: Columns, language: Language, label: Label) -> list[LeafAnswer]:
    """One answer a leaf, for one person (scalar columns)."""
    answers = []
    for leaf, is_negated in _signed(node):
        column = leaf.seen(columns)
        value = column.values if column.present else None
        answers.append(
            LeafAnswer(
                sentence=(Not(leaf) if is_negated else leaf).describe(language, label),
                holds=bool(leaf.evaluate(columns)) != is_negated,
                seen=value if isinstance(value, bool | int | float | str) else None,
            )
        )
    return answers


def _signed(node: Node, *, is_negated: bool = False) -> Iterator[tuple[Criterion, bool]]:
    """Every leaf in reading order, and whether an odd number of ``not`` stands above it."""
    if isinstance(node, Criterion):
        yield node, is_negated
    elif isinstance(node, Not):
        yield from _signed(node.part, is_negated=not is_negated)
    else:
        for part in node.parts:
            yield from _signed(part, is_negated=is_negated)
