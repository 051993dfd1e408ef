"""What is asked about people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from marketing.kernel.errors import NotFound, unknown_name
from marketing.people.models import (
    Consent,
    Identity,
    Label,
    LabelGiven,
    Person,
    Subscription,
)
from marketing.people.subscriptions import Fact, Terms

C = TypeVar("C", int, str)


def by_external_id(external_id: str) -> Person:
    """The person the host calls ``external_id``; merges followed. Raises NotFound."""
    if "\x00" in external_id:  # PostgreSQL has no such text
        raise NotFound("There is no such person", code="unknown_person")
    identity = (
        Identity.objects.select_related("person__merged_into").filter(key=f"user:{external_id}")
    ).first()
    if identity is None:
        raise NotFound("There is no such person", code="unknown_person")
    return identity.person.merged_into or identity.person


def ordinals_of(person: Person) -> list[int]:
    """The person's own ordinal and those that were merged into it: what they got goes with them."""
    merged = Person.objects.filter(merged_into=person).values_list("id", flat=True)
    return [person.pk, *merged]


def names_of(ordinals: Sequence[int]) -> list[str]:
    """Every name, without its prefix, under which these people are known."""
    keys = Identity.objects.filter(person_id__in=ordinals).values_list("key", flat=True)
    return sorted({key.partition(":")[2] for key in keys})


def said_of(users: Iterable[str]) -> dict[str, tuple[int, dict[str, object]]]:
    """User id to ordinal and attributes, merges followed; unknown ids are absent. At most 1,000."""
    keys = [f"user:{user}" for user in users]
    found = Identity.objects.filter(key__in=keys).select_related("person")
    return {each.key.partition(":")[2]: (each.person_id, each.person.attributes) for each in found}


def all_erased() -> list[int]:
    return list(Person.objects.exclude(erased_at=None).values_list("pk", flat=True))


def user_id(ordinal: int) -> str:
    """What the host calls this person: their user id, the first said; else the anonymous one."""
    keys = Identity.objects.filter(person_id=ordinal).values_list("key", flat=True)
    users = sorted(key for key in keys if key.startswith("user:"))
    key = users[0] if users else Person.objects.get(pk=ordinal).key
    return key.partition(":")[2]


def user_ids(ordinals: Sequence[int]) -> dict[int, str]:
    """What the host calls each, as ``user_id``; who was merged or erased is not in it."""
    found: dict[int, str] = {}
    for some in _chunks(ordinals):
        found |= bucketing_ids(some)
        keys = Identity.objects.filter(person_id__in=some, key__startswith="user:")
        users = sorted(keys.values_list("person_id", "key"), reverse=True)  # the first one last
        found |= {pk: key.partition(":")[2] for pk, key in users if pk in found}
    return found


def carried_on(ordinals: Sequence[int]) -> dict[int, int]:
    """Of these, the merged ones, each with the ordinal that carries on."""
    found: dict[int, int] = {}
    for some in _chunks(ordinals):
        people = Person.objects.filter(pk__in=some)
        merged = people.exclude(merged_into=None).values_list("pk", "merged_into_id")
        found |= {pk: into for pk, into in merged if into is not None}
    return found


def highest_ordinal() -> int:
    """The length of every persona column is one more than this."""
    return Person.objects.aggregate(top=Max("id"))["top"] or 0


def count() -> int:
    return Person.objects.filter(merged_into=None, erased_at=None).count()


def redirects(around: Iterable[int] | None = None) -> dict[int, int]:
    """Merged ordinal to the ordinal that carries on.

    ``around``: only of these people, and of everybody who was merged into the same as they. A fold
    asks for a few; all of a million people's merges take a second to read.
    """
    merged = Person.objects.exclude(merged_into=None).values_list("id", "merged_into_id")
    if around is None:
        return {gone: kept for gone, kept in merged if kept is not None}
    people = set(around)
    found = {g: k for some in _chunks(people) for g, k in merged.filter(id__in=some) if k}
    carrying_on = people | set(found.values())
    into = (merged.filter(merged_into__in=some) for some in _chunks(carrying_on))
    return found | {gone: kept for rows in into for gone, kept in rows if kept is not None}


def _chunks(values: Iterable[C], size: int = 1_000) -> Iterable[list[C]]:
    ordered = sorted(values)
    return (ordered[i : i + size] for i in range(0, len(ordered), size))


def ordinals_by_external_id(external_ids: Iterable[str]) -> dict[str, int]:
    """What the host calls people to their ordinals, merges followed, of those who are known."""
    # PostgreSQL has no text with a zero character in it.
    keys = {f"user:{each}" for each in external_ids if "\0" not in each}
    found: dict[str, int] = {}
    for some in _chunks(keys):
        rows = Identity.objects.filter(key__in=some).values_list("key", "person_id")
        found |= {key.partition(":")[2]: person for key, person in rows}
    return found


def bucketing_ids(ordinals: Iterable[int] | None = None) -> dict[int, str]:
    """Ordinal to the stable external id that assignment hashes."""
    people = Person.objects.filter(merged_into=None, erased_at=None).values_list("id", "key")
    asked = [people] if ordinals is None else [
        people.filter(id__in=some) for some in _chunks(ordinals)
    ]  # fmt: skip
    return {pk: key.partition(":")[2] for rows in asked for pk, key in rows}


def reachability(
    channel: str, size: int, ordinals: Sequence[int] | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(consent, reachable), bool[size] by ordinal; without a row both are false."""
    consent, reachable = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    rows = Consent.objects.filter(channel=channel, granted=True, person_id__lt=size)
    asked = [rows] if ordinals is None else [
        rows.filter(person_id__in=some) for some in _chunks(ordinals)
    ]  # fmt: skip
    for some in asked:
        for person, has_address in some.values_list("person_id", "reachable"):
            consent[person], reachable[person] = True, has_address
    return consent, reachable


def consents(channel: str, size: int) -> NDArray[np.bool_]:
    """Who consents to a channel, whatever addresses are known; bool[size]."""
    return reachability(channel, size)[0]


def labels(key: str, ordinals: Sequence[int] | None = None) -> list[tuple[int, str]]:
    """(ordinal, value) of everybody, or of these people, with this label.

    Raises NotFound for an unknown label.
    """
    known = list(Label.objects.values_list("key", flat=True))
    if key not in known:
        raise unknown_name("label", key, known)
    given = LabelGiven.objects.filter(label__key=key).values_list("person_id", "value")
    if ordinals is None:
        return list(given)
    return [row for some in _chunks(ordinals) for row in given.filter(person_id__in=some)]


def subscriptions(ordinals: Sequence[int] | None = None) -> list[tuple[int, Terms]]:
    """(ordinal, terms) of everybody, or of these people, who ever subscribed."""
    known = Subscription.objects.values_list("person_id", "terms")
    rows: Iterable[tuple[int, object]] = known
    if ordinals is not None:
        rows = [row for some in _chunks(ordinals) for row in known.filter(person_id__in=some)]
    return [(person, msgspec.convert(terms, Terms)) for person, terms in rows]


def subscription_facts(
    ordinals: Sequence[int] | None = None,
) -> Iterable[tuple[int, list[Fact]]]:
    """(ordinal, what was said about their subscription) of everybody, or of these people."""
    known = Subscription.objects.values_list("person_id", "facts")
    asked = [known] if ordinals is None else [
        known.filter(person_id__in=some) for some in _chunks(ordinals)
    ]  # fmt: skip
    return ((person, [Fact(*each) for each in facts]) for rows in asked for person, facts in rows)
