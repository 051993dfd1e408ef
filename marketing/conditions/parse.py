"""From versioned JSON to frozen typed values. Errors name the place and suggest the valid name."""

from __future__ import annotations

from typing import Any

import msgspec

from marketing.conditions.criteria import CRITERIA, Criterion
from marketing.conditions.groups import All, AnyOf, Node, Not
from marketing.conditions.migrations import migrated
from marketing.conditions.nearest import nearest_field, nearest_word
from marketing.conditions.operators import OPERATORS
from marketing.conditions.types import Operand
from marketing.kernel.dates import day_of
from marketing.kernel.errors import Invalid, NotFound
from marketing.kernel.versions import numbers

VERSION = 2
MAX_DEPTH = 5


def parse(document: object) -> Node:
    """``{"version": 1, "condition": …}``. Raises Invalid with a JSON pointer and a fix."""
    if not isinstance(document, dict) or "condition" not in document:
        raise Invalid(
            "A condition is an object with 'version' and 'condition'",
            code="bad_condition",
            pointer="/",
            fix='Write {"version": 1, "condition": {"all": []}}.',
        )
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        raise Invalid(
            f"Unknown condition version {version!r}",
            code="bad_condition",
            pointer="/version",
            fix=f"Use {VERSION}.",
        )
    return _node(migrated(document["condition"], version), "/condition", 0)


def to_json(node: Node) -> dict[str, object]:
    """The document that parses to ``node`` again."""
    return {"version": VERSION, "condition": _plain(node)}


def _node(raw: object, pointer: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise Invalid(
            f"Groups nest at most {MAX_DEPTH} deep",
            code="too_deep",
            pointer=pointer,
            fix="Make a segment of the inner part and refer to it.",
        )
    if not isinstance(raw, dict):
        raise Invalid(
            "Expected an object",
            code="bad_condition",
            pointer=pointer,
            fix='Use {"all": […]}, {"any": […]}, {"not": …} or a leaf with "type".',
        )
    for word, group in (("all", All), ("any", AnyOf)):
        if word in raw:
            return group(_parts(raw, word, pointer, depth))
    if "not" in raw:
        _only(raw, "not", pointer)
        return Not(_node(raw["not"], f"{pointer}/not", depth + 1))
    return _leaf(raw, pointer)


def _parts(raw: dict[str, Any], word: str, pointer: str, depth: int) -> tuple[Node, ...]:
    _only(raw, word, pointer)
    parts = raw[word]
    if not isinstance(parts, list):
        raise Invalid(
            f"'{word}' takes a list",
            code="bad_condition",
            pointer=f"{pointer}/{word}",
            fix=f'Write {{"{word}": [ … ]}}.',
        )
    return tuple(_node(part, f"{pointer}/{word}/{i}", depth + 1) for i, part in enumerate(parts))


def _only(raw: dict[str, Any], word: str, pointer: str) -> None:
    if len(raw) > 1:
        others = ", ".join(sorted(set(raw) - {word}))
        raise Invalid(
            f"A group '{word}' has no other keys, found {others}",
            code="bad_condition",
            pointer=pointer,
            fix="Nest groups instead.",
        )


def _leaf(raw: dict[str, Any], pointer: str) -> Criterion:
    kind = raw.get("type")
    if not isinstance(kind, str):
        raise Invalid(
            "A leaf needs a 'type'",
            code="bad_condition",
            pointer=pointer,
            fix=_meant(nearest_word(raw)) or f"One of {', '.join(CRITERIA)}.",
        )
    fields = {name: value for name, value in raw.items() if name != "type"}
    try:
        leaf = msgspec.convert(fields, CRITERIA.get(kind, pointer=f"{pointer}/type"))
        operator = OPERATORS.get(leaf.op, pointer=f"{pointer}/op")
    except NotFound as error:
        raise Invalid(
            error.message, code="bad_condition", pointer=error.pointer, fix=error.fix
        ) from None
    except msgspec.ValidationError as error:
        raise Invalid(
            str(error),
            code="bad_condition",
            pointer=pointer,
            fix=_meant(nearest_field(CRITERIA.get(kind), str(error)))
            or f"See the fields of '{kind}' in the docs.",
        ) from None
    _check_operand(leaf.value, operator.takes, pointer)
    return leaf


def _meant(name: str | None) -> str:
    return f"Did you mean '{name}'?" if name else ""


def _is_number(value: Operand) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_operand(value: Operand, takes: str, pointer: str) -> None:
    right = {
        "number": _is_number(value),
        "text": isinstance(value, str) and value != "",
        "scalar": isinstance(value, bool | int | float | str),
        "list": isinstance(value, tuple) and len(value) > 0,
        "pair": isinstance(value, tuple) and len(value) == 2 and all(map(_is_number, value)),
        "nothing": value is None,
        "date": isinstance(value, str) and day_of(value) is not None,
        "days": isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 3_660,
        "version": isinstance(value, str) and numbers(value) is not None,
    }[takes]
    if not right:
        raise Invalid(
            f"This operator takes a {takes}, not {value!r}",
            code="bad_operand",
            pointer=f"{pointer}/value",
            fix=f"Give {_EXAMPLES[takes]}.",
        )


_EXAMPLES = {
    "number": "a number, as 3 or 0.5",
    "text": 'a text, as "Shanghai"',
    "scalar": "one value: a number, a text, true or false",
    "list": 'a list, as ["Shanghai", "Hangzhou"]',
    "pair": "two numbers, as [1, 5]",
    "nothing": "no value",
    "date": 'a date, as "2026-01-31"',
    "days": "a whole number of days, 1 to 3660",
    "version": 'a version, as "3.10.2"',
}


def _plain(node: Node) -> object:
    if isinstance(node, All):
        return {"all": [_plain(part) for part in node.parts]}
    if isinstance(node, AnyOf):
        return {"any": [_plain(part) for part in node.parts]}
    if isinstance(node, Not):
        return {"not": _plain(node.part)}
    return {"type": CRITERIA.name_of(type(node)), **msgspec.to_builtins(node)}
