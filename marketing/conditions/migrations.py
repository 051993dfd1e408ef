"""Conditions of earlier versions in today's words.

1 → 2: filters of events spell their operators as the language does (``ne`` became ``not_eq``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def migrated(condition: object, version: int) -> object:
    """The condition as the newest version says it; anything malformed is left for the parser."""
    for step in _STEPS[version - 1 :]:
        condition = _everywhere(condition, step)
    return condition


def _everywhere(node: object, step: Callable[[dict[str, Any]], dict[str, Any]]) -> object:
    if isinstance(node, list):
        return [_everywhere(part, step) for part in node]
    if not isinstance(node, dict):
        return node
    if "type" in node:
        return step(node)
    return {word: _everywhere(part, step) for word, part in node.items()}


def _filters_as_operators(leaf: dict[str, Any]) -> dict[str, Any]:
    where = leaf.get("where")
    if not isinstance(where, list):
        return leaf
    renamed = [
        {**each, "op": "not_eq"} if isinstance(each, dict) and each.get("op") == "ne" else each
        for each in where
    ]
    return {**leaf, "where": renamed}


_STEPS = (_filters_as_operators,)
