"""How numbers are cleaned before they count, and which lists filters may name."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from marketing.catalog.queries import contents_of
from marketing.conditions.types import TraitSpec
from marketing.personas.parts import Part, filters
from marketing.personas.plan import parts_of

CONCEPT = "concept:"


class Cleaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a scan does to numbers before it counts them, and the lists that filters name.

    ``limits``: (property, lowest, highest): a number beyond is moved to the limit (winsorised).
    ``named``: (list, values), as ``concept:algebra`` and its contents. Both sorted: hashable.
    """

    limits: tuple[tuple[str, float, float], ...] = ()
    named: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        return {name: (low, high) for name, low, high in self.limits}

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        return dict(self.named)


def current(specs: Mapping[str, TraitSpec]) -> Cleaning:
    """The workspace's rules as far as these traits need them."""
    named = {str(each.value) for part in parts_of(specs).values() for each in filters(part)
             if each.op == "in_list"}  # fmt: skip
    concepts = {name.removeprefix(CONCEPT) for name in named if name.startswith(CONCEPT)}
    found = contents_of(sorted(concepts))
    lists = {CONCEPT + concept: contents for concept, contents in found.items()}
    return Cleaning(named=tuple(sorted(lists.items())))


def changed(before: Cleaning, after: Cleaning, parts: Mapping[str, Part]) -> set[str]:
    """Keys of the parts that a change of the rules concerns: they are computed anew."""
    lists = _different(before.lists, after.lists)
    bounds = _different(before.bounds, after.bounds)
    return {
        key
        for key, part in parts.items()
        if part.property in bounds
        or any(
            each.property in bounds or (each.op == "in_list" and each.value in lists)
            for each in filters(part)
        )
    }


def _different(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}
