"""Giving and taking labels. Whoever's labels change is evaluated anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from marketing.people.models import Label, LabelGiven, Person
from marketing.people.touched import touch

_CHUNK = 1_000


def give(
    label: Label,
    people: Iterable[int],
    now: datetime,
    *,
    source: LabelGiven.Source,
    given_by: str,
    value: str = "",
    touching: bool = True,
) -> None:
    """Whoever has it keeps it as it was given first; merged and erased people get none.

    ``touching``: False where the caller has everybody evaluated anew once all is given.
    """
    wanted = list(people)
    with transaction.atomic():
        for start in range(0, len(wanted), _CHUNK):
            rows = [
                LabelGiven(
                    person_id=person, label=label, value=value, source=source,
                    given_by=given_by, given_at=now,
                )
                for person in _standing(wanted[start : start + _CHUNK])
            ]  # fmt: skip
            LabelGiven.objects.bulk_create(rows, ignore_conflicts=True)
        if touching:
            touch(wanted)


def take(
    label: Label,
    people: Iterable[int],
    *,
    source: LabelGiven.Source,
    given_by: str | None = None,
    value: str = "",
) -> int:
    """Only what the same source gave: a rule takes nothing that was given by hand.

    ``given_by``: and only what this one of them gave; None: whoever of them did. How many lost it.
    """
    wanted, taken = list(people), 0
    mine = LabelGiven.objects.filter(label=label, value=value, source=source)
    if given_by is not None:
        mine = mine.filter(given_by=given_by)
    with transaction.atomic():
        for start in range(0, len(wanted), _CHUNK):
            taken += mine.filter(person_id__in=wanted[start : start + _CHUNK]).delete()[0]
        touch(wanted)
    return taken


def _standing(people: Sequence[int]) -> list[int]:
    standing = Person.objects.filter(pk__in=people, merged_into=None, erased_at=None)
    return list(standing.values_list("pk", flat=True))
