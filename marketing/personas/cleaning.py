"""How numbers are cleaned before they count, and which lists filters may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from marketing.catalog.queries import contents_of
from marketing.conditions.types import TraitSpec
from marketing.personas.cleaning_rule import CleaningRule
from marketing.personas.parts import Part, filters
from marketing.personas.plan import parts_of

CONCEPT = "concept:"
# A property with its lowest and highest value; None is without end.
Limit = tuple[str, float | None, float | None]


class Bound(NamedTuple):
    """What is believed of a number. ``drops``: beyond it there is none, else it is the limit."""

    low: float | None
    high: float | None
    drops: bool


class Cleaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a scan does to numbers before it counts them, and the lists that filters name.

    ``limits``: a number beyond is moved to the limit (winsorised). ``dropped``: a number beyond is
    missing. ``named``: (list, values), as ``concept:algebra`` and its contents. Sorted: hashable.
    """

    limits: tuple[Limit, ...] = ()
    dropped: tuple[Limit, ...] = ()
    named: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def bounds(self) -> dict[str, Bound]:
        moved = {name: Bound(low, high, False) for name, low, high in self.limits}
        return moved | {name: Bound(low, high, True) for name, low, high in self.dropped}

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
    rules = CleaningRule.objects.filter(active=True).order_by("property")
    by_kind: dict[bool, list[Limit]] = {False: [], True: []}
    for rule in rules:
        by_kind[rule.drops].append((rule.property, rule.lowest, rule.highest))
    return Cleaning(
        limits=tuple(by_kind[False]), dropped=tuple(by_kind[True]),
        named=tuple(sorted(lists.items())),
    )  # fmt: skip


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
