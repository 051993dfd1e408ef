"""Why a person is or is not inside: every leaf with its sentence, its verdict and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from marketing.conditions.criteria import Label
from marketing.conditions.groups import Node, leaves
from marketing.conditions.types import Columns, Scalar
from marketing.kernel.text import Language


@dataclass(frozen=True)
class LeafAnswer:
    """``seen`` is None where the value is missing."""

    sentence: str
    holds: bool
    seen: Scalar


def explain(node: Node, columns: Columns, language: Language, label: Label) -> list[LeafAnswer]:
    """One answer a leaf, for one person (scalar columns)."""
    answers = []
    for leaf in leaves(node):
        column = leaf.seen(columns)
        value = column.values if column.present else None
        answers.append(
            LeafAnswer(
                sentence=leaf.describe(language, label),
                holds=bool(leaf.evaluate(columns)),
                seen=value if isinstance(value, bool | int | float | str) else None,
            )
        )
    return answers
