"""Who a draft means among the personas as they are now; honest where that cannot be known yet.

A leaf whose trait no refresh has computed has no column. Such a draft is counted twice, with that
leaf true of everybody and of nobody: the answer lies between.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

from marketing.conditions.criteria import Criterion
from marketing.conditions.groups import All, AnyOf, Node, Not, located
from marketing.conditions.types import MaskArray
from marketing.kernel.errors import NotFound
from marketing.personas.types import Personas
from segments.evaluation import Membership
from segments.origins import STANDING

# No segment has this key: a slug is not empty.
_DRAFT = ""


@dataclass(frozen=True)
class Missing:
    """The leaves that have no column, by their JSON pointers.

    ``pending``: with the next refresh they have one. ``unknown``: they name what there is not.
    """

    pending: tuple[str, ...]
    unknown: Mapping[str, NotFound]


def membership(
    node: Node, nodes: Mapping[str, Node], own_key: str | None, personas: Personas
) -> Membership:
    """``nodes``: the active segments by key; the draft takes the place of its own."""
    return Membership(personas, {**nodes, own_key or _DRAFT: node})


def missing(leaves: Mapping[str, Criterion], among: Membership) -> Missing:
    failed = {place: error for place, leaf in leaves.items() if (error := _fails(leaf, among))}
    known: dict[str, bool] = {}
    pending = tuple(place for place in failed if _can_wait(leaves[place], among, known))
    return Missing(pending, {p: error for p, error in failed.items() if p not in pending})


def bounds(node: Node, later: Set[Criterion], among: Membership) -> tuple[MaskArray, MaskArray]:
    """bool[size] twice: who is surely meant, and who may be, depending on the leaves ``later``.

    Without such leaves both are the same. Every other leaf must have its column.
    """
    inside, outer = (_mask(_assumed(node, later, holds=holds), among) for holds in (False, True))
    return inside, outer


def _fails(leaf: Criterion, among: Membership) -> NotFound | None:
    try:
        leaf.evaluate(among)
    except NotFound as error:
        return error
    return None


def _can_wait(leaf: Criterion, among: Membership, known: dict[str, bool]) -> bool:
    """Its trait, or those of the segment that it refers to, come with the next refresh.

    ``known``: the answers for segments, each found once.
    """
    ref = leaf.ref()
    if leaf.traits() or ref.kind == STANDING:
        return True
    if ref.kind != "segment" or ref.name not in among.nodes:
        return False
    if ref.name not in known:
        failing = [each for _p, each in located(among.nodes[ref.name]) if _fails(each, among)]
        known[ref.name] = all(_can_wait(each, among, known) for each in failing)
    return known[ref.name]


def _assumed(node: Node, later: Set[Criterion], *, holds: bool) -> Node:
    """The same condition with these leaves true of as many (or as few) as can be."""
    if isinstance(node, Not):
        return Not(_assumed(node.part, later, holds=not holds))
    if isinstance(node, All):
        return All(tuple(_assumed(part, later, holds=holds) for part in node.parts))
    if isinstance(node, AnyOf):
        return AnyOf(tuple(_assumed(part, later, holds=holds) for part in node.parts))
    if node in later:
        return All(()) if holds else AnyOf(())
    return node


def _mask(node: Node, among: Membership) -> MaskArray:
    answer = np.asarray(node.evaluate(among), dtype=bool)
    return np.broadcast_to(answer, among.exists.shape) & among.exists
