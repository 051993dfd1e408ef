"""A condition as it is being written: its leaves with their places, and what is not right yet.

The parser stops at the first mistake; an operator wants to see all of them, each at its leaf. So a
document that does not parse is read leaf by leaf, every one through the same parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from marketing.conditions.criteria import Criterion
from marketing.conditions.groups import ROOT, Node, located
from marketing.conditions.parse import MAX_DEPTH, VERSION, parse
from marketing.conditions.types import TraitSpec
from marketing.kernel.errors import Invalid, MarketingError, unknown_name
from marketing.kernel.windows import MAX_DAYS
from marketing.personas.traits import check

# The studio's own word for a name that is still empty; the parser takes it for a name.
EMPTY = "empty_name"
BAD_TIME = "bad_time"


@dataclass(frozen=True)
class Mistake:
    """``pointer``: the place in the document. ``leaf``: what stands there, as far as known."""

    pointer: str
    error: MarketingError
    leaf: Mapping[str, object]


@dataclass(frozen=True)
class Draft:
    """``node``: None where the document does not parse. ``leaves``: by pointer, those that do."""

    node: Node | None
    leaves: Mapping[str, Criterion]
    mistakes: tuple[Mistake, ...]


def read(document: object) -> Draft:
    """All mistakes that can be found without knowing the workspace."""
    try:
        node = parse(document)
    except MarketingError as error:
        return _unread(document, error)
    return Draft(node, dict(located(node)), tuple(_untrue(node)))


def references(
    leaves: Mapping[str, Criterion], nodes: Mapping[str, Node], own_key: str | None
) -> Iterator[tuple[str, MarketingError]]:
    """What is wrong with the segments that are named: unknown ones, and circles.

    ``nodes``: the segments that can be referred to, by key. Those of a circle are named in the
    message, in order.
    """
    safe: set[str] = set()
    for pointer, leaf in leaves.items():
        ref = leaf.ref()
        if ref.kind not in ("segment", "since_entered"):
            continue
        if ref.name not in nodes and ref.name != own_key:
            yield f"{pointer}/name", unknown_name("segment", ref.name, nodes)
        if ref.kind != "segment":  # since when somebody is inside is read of the last evaluation
            continue
        circle = _circle([*([own_key] if own_key else []), ref.name], nodes, safe)
        if circle:
            yield pointer, Invalid(" → ".join(circle), code="segment_cycle")


def _circle(path: list[str], nodes: Mapping[str, Node], safe: set[str]) -> list[str] | None:
    """The first way from the path's end back to a segment that is already on it.

    ``safe``: segments from which no such way leads, learned on the way: each is walked once.
    """
    if path[-1] in path[:-1]:
        return path[path.index(path[-1]) :]
    node = nodes.get(path[-1]) if path[-1] not in safe else None
    for _pointer, leaf in located(node) if node is not None else ():
        if leaf.ref().kind == "segment":
            found = _circle([*path, leaf.ref().name], nodes, safe)
            if found:
                return found
    safe.add(path[-1])
    return None


def _unread(document: object, first: MarketingError) -> Draft:
    """The parser's error, and the others of the same kind in other leaves."""
    where = first.pointer or "/"
    condition = document.get("condition") if isinstance(document, dict) else None
    raw = dict(_raw_leaves(condition)) if where.startswith(ROOT) else {}
    leaves: dict[str, Criterion] = {}
    mistakes: list[Mistake] = []
    for pointer, each in raw.items():
        leaf, found = _alone(pointer, each)
        leaves |= {pointer: leaf} if leaf else {}
        mistakes += found
    if not any(mistake.pointer.startswith(where) for mistake in mistakes):
        mistakes.insert(0, Mistake(where, first, {}))
    return Draft(None, leaves, tuple(mistakes))


def _raw_leaves(
    raw: object, pointer: str = ROOT, depth: int = 0
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What the parser would take for a leaf, no deeper than it goes."""
    if not isinstance(raw, dict) or depth > MAX_DEPTH:
        return
    for word in ("all", "any"):
        parts = raw.get(word)
        if isinstance(parts, list):
            for i, part in enumerate(parts):
                yield from _raw_leaves(part, f"{pointer}/{word}/{i}", depth + 1)
            return
    if "not" in raw:
        yield from _raw_leaves(raw["not"], f"{pointer}/not", depth + 1)
    else:
        yield pointer, raw


def _alone(pointer: str, raw: Mapping[str, object]) -> tuple[Criterion | None, list[Mistake]]:
    """The leaf by itself, and what is wrong with it."""
    try:
        node = parse({"version": VERSION, "condition": raw})
    except MarketingError as error:
        return None, [Mistake(pointer + (error.pointer or "").removeprefix(ROOT), error, raw)]
    found = [
        Mistake(pointer + mistake.pointer.removeprefix(ROOT), mistake.error, raw)
        for mistake in _untrue(node)
    ]
    return node if isinstance(node, Criterion) else None, found


def _untrue(node: Node) -> Iterator[Mistake]:
    """What parses and still means nothing: empty names, traits that cannot be computed."""
    for pointer, leaf in located(node):
        raw = msgspec.structs.asdict(leaf)
        empty = next(_empty(leaf), None)
        if empty:
            yield Mistake(f"{pointer}/{empty}", Invalid("A name is empty", code=EMPTY), raw)
            continue
        try:
            for spec in leaf.traits():
                _check(spec)
        except MarketingError as error:
            yield Mistake(pointer + (error.pointer or ""), error, raw)


def _check(spec: TraitSpec) -> None:
    """A trait that can be computed, of a time that there is."""
    check(spec)
    if spec.then is not None and not 1 <= spec.then.within_hours <= MAX_DAYS * 24:
        raise Invalid("Such a time cannot be", code=BAD_TIME, pointer="/then/within_hours")


def _empty(struct: msgspec.Struct) -> Iterator[str]:
    """The places of required fields that hold nothing, those of structs within included."""
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.encode_name)
        inner = value if isinstance(value, tuple) else ()
        if isinstance(value, msgspec.Struct):
            yield from (f"{field.name}/{place}" for place in _empty(value))
        for i, each in enumerate(inner):
            if isinstance(each, msgspec.Struct):
                yield from (f"{field.name}/{i}/{place}" for place in _empty(each))
        if field.required and (value in ("", ()) or "" in inner):
            yield field.name
