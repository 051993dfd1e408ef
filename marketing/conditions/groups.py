"""all / any / not: how leaves combine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, Union

import msgspec
import numpy as np

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.types import Columns, Mask
from marketing.kernel.text import Language

# Where a document's condition stands in it.
ROOT = "/condition"
Node: TypeAlias = Union["All", "AnyOf", "Not", Criterion]


class All(msgspec.Struct, frozen=True):
    """True where every part is; an empty group is everybody."""

    parts: tuple[Node, ...]

    def evaluate(self, columns: Columns) -> Mask:
        answer: Mask = True
        for part in self.parts:
            answer = answer & part.evaluate(columns)
            if isinstance(answer, bool) and not answer:
                return False  # one person: the rest cannot change it
        return answer

    def describe(self, language: Language, label: Label) -> str:
        return _join(self.parts, language, label, {"en": " and ", "zh": "，且"}[language])


class AnyOf(msgspec.Struct, frozen=True):
    """True where some part is; an empty group is nobody."""

    parts: tuple[Node, ...]

    def evaluate(self, columns: Columns) -> Mask:
        answer: Mask = False
        for part in self.parts:
            answer = answer | part.evaluate(columns)
            if isinstance(answer, bool) and answer:
                return True
        return answer

    def describe(self, language: Language, label: Label) -> str:
        if not self.parts:
            return {"en": "nobody", "zh": "无人"}[language]
        return _join(self.parts, language, label, {"en": " or ", "zh": "，或"}[language])


class Not(msgspec.Struct, frozen=True):
    """The exact complement, missing values included."""

    part: Node

    def evaluate(self, columns: Columns) -> Mask:
        answer = self.part.evaluate(columns)
        return np.logical_not(answer) if isinstance(answer, np.ndarray) else not answer

    def describe(self, language: Language, label: Label) -> str:
        inner = self.part.describe(language, label)
        return f"not ({inner})" if language == "en" else f"并非（{inner}）"


def leaves(node: Node) -> Iterator[Criterion]:
    """Every leaf, in reading order."""
    yield from (leaf for _pointer, leaf in located(node))


def located(node: Node, pointer: str = ROOT) -> Iterator[tuple[str, Criterion]]:
    """Every leaf with its JSON pointer, in reading order."""
    if isinstance(node, Criterion):
        yield pointer, node
    elif isinstance(node, Not):
        yield from located(node.part, f"{pointer}/not")
    else:
        word = "all" if isinstance(node, All) else "any"
        for i, part in enumerate(node.parts):
            yield from located(part, f"{pointer}/{word}/{i}")


def _is_several(node: Node) -> bool:
    """Does it read as more than one part? A group around a single part reads as that part."""
    while isinstance(node, All | AnyOf) and len(node.parts) == 1:
        node = node.parts[0]
    return isinstance(node, All | AnyOf)


def _join(parts: tuple[Node, ...], language: Language, label: Label, joint: str) -> str:
    if not parts:
        return {"en": "everybody", "zh": "所有人"}[language]
    said = []
    for part in parts:
        text = part.describe(language, label)
        is_group = _is_several(part)
        brackets = ("(", ")") if language == "en" else ("（", "）")
        said.append(f"{brackets[0]}{text}{brackets[1]}" if is_group and len(parts) > 1 else text)
    return joint.join(said)
