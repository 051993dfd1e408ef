"""Some of those whom a draft means, as an operator knows them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from django.urls import reverse

from marketing.conditions.groups import Node, leaves
from marketing.conditions.types import MaskArray, Ref
from marketing.people.models import Person
from marketing.personas.types import Personas

_PEOPLE = 6
_DETAILS = 2
# What hosts call a person's name, and what else says most about them: the first that were said.
_NAMES = ("name", "full_name", "nickname", "first_name")
_FACTS = ("region", "city", "country", "education", "language")
_HIGH = 0.8


class Someone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``named``: by a name, not by the host's id. ``score``: None where there is none.

    ``high``: in the top fifth of everybody scored.
    """

    name: str
    named: bool
    details: tuple[str, ...]
    url: str
    score: float | None
    high: bool


def score_of(node: Node, personas: Personas) -> str:
    """The score that the condition is about, or any; empty where there is none."""
    known = personas.names("score")
    about = _read(node, ("score", "percentile"))
    return next((name for name in [*about, *known] if name in known), "")


def sample(node: Node, inside: MaskArray, personas: Personas, score: str) -> tuple[Someone, ...]:
    """From the first ordinal to the last in even steps: the same people every time."""
    members = np.flatnonzero(inside)
    if not len(members):
        return ()
    steps = np.linspace(0, len(members) - 1, min(_PEOPLE, len(members))).round()
    chosen = members[steps.astype(np.int64)].tolist()
    people = Person.objects.in_bulk(chosen)
    facts = tuple(dict.fromkeys([*_read(node, ("attribute",)), *_FACTS]))
    return tuple(_someone(people[pk], facts, personas, score) for pk in chosen if pk in people)


def _read(node: Node, kinds: Sequence[str]) -> list[str]:
    """The names of the columns of these kinds that the condition reads."""
    refs = [leaf.ref() for leaf in leaves(node)]
    return [ref.name for ref in refs if ref.kind in kinds]


def _someone(person: Person, facts: Sequence[str], personas: Personas, score: str) -> Someone:
    said = person.attributes
    name = next((str(said[each]) for each in _NAMES if said.get(each)), "")
    details = [str(said[each]) for each in facts if _is_fact(said.get(each))]
    value, high = _scored(personas, person.pk, score)
    return Someone(
        name=name or person.external_id,
        named=bool(name),
        details=tuple(([person.external_id] if name else []) + details[:_DETAILS]),
        url=reverse("admin:people_person_change", args=[person.pk]),
        score=value,
        high=high,
    )


def _is_fact(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _scored(personas: Personas, ordinal: int, name: str) -> tuple[float | None, bool]:
    if not name:
        return None, False
    one = personas.one(ordinal)
    score, percentile = one.column(Ref("score", name)), one.column(Ref("percentile", name))
    high = percentile.present and float(str(percentile.values)) >= _HIGH
    return (float(str(score.values)) if score.present else None), bool(high)
