"""Who a draft means among the personas as they are now; honest where that cannot be known yet.

A leaf whose trait no refresh has computed has no column. Such a draft is counted twice, with that
leaf true of everybody and of nobody: the answer lies between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from marketing.conditions.criteria import Criterion
from marketing.conditions.groups import All, AnyOf, Node, Not
from marketing.conditions.types import MaskArray
from marketing.kernel.errors import NotFound
from marketing.personas.types import Personas
from marketing.studio.rules.draft import located
from segments.evaluation import Membership

# No segment has this key: a slug is not empty.
_DRAFT = ""


@dataclass(frozen=True)
class Counted:
    """``inside``: bool[size], surely meant; with ``pending`` leaves, ``outer`` may be meant too.

    ``unknown``: the leaves that name what there is not; then nobody is counted. ``pending`` and
    ``unknown`` are JSON pointers.
    """

    inside: MaskArray
    outer: MaskArray
    pending: tuple[str, ...]
    unknown: Mapping[str, NotFound]


def count(
    node: Node, nodes: Mapping[str, Node], own_key: str | None, personas: Personas
) -> Counted:
    """``nodes``: the active segments by key; the draft takes the place of its own."""
    membership = Membership(personas, {**nodes, own_key or _DRAFT: node})
    leaves = dict(located(node))
    failed = {p: error for p, leaf in leaves.items() if (error := _fails(leaf, membership))}
    pending = tuple(p for p in failed if _can_wait(leaves[p], membership))
    unknown = {p: error for p, error in failed.items() if p not in pending}
    if unknown:
        nobody = np.zeros(personas.size, dtype=bool)
        return Counted(nobody, nobody, pending, unknown)
    later = {leaves[p] for p in pending}
    inside, outer = (
        _mask(_assumed(node, later, holds=holds), membership.personas) for holds in (False, True)
    )
    return Counted(inside, outer, pending, {})


def _fails(leaf: Criterion, membership: Membership) -> NotFound | None:
    try:
        leaf.evaluate(membership.personas)
    except NotFound as error:
        return error
    return None


def _can_wait(leaf: Criterion, membership: Membership) -> bool:
    """Its trait, or those of the segment that it refers to, come with the next refresh."""
    if leaf.trait() is not None:
        return True
    ref = leaf.ref()
    node = membership.nodes.get(ref.name) if ref.kind == "segment" else None
    return node is not None and all(
        _can_wait(inner, membership) for _p, inner in located(node) if _fails(inner, membership)
    )


def _assumed(node: Node, later: set[Criterion], *, holds: bool) -> Node:
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


def _mask(node: Node, personas: Personas) -> MaskArray:
    answer = np.asarray(node.evaluate(personas), dtype=bool)
    return np.broadcast_to(answer, (personas.size,)) & personas.exists
