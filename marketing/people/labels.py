"""Giving and taking labels."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from marketing.people.models import Label, LabelGiven

_CHUNK = 1_000


def give(
    label: Label,
    people: Iterable[int],
    now: datetime,
    *,
    source: LabelGiven.Source,
    given_by: str,
    value: str = "",
) -> None:
    """Whoever has it keeps it as it was given first."""
    rows = [
        LabelGiven(
            person_id=person, label=label, value=value, source=source, given_by=given_by,
            given_at=now,
        )
        for person in people
    ]  # fmt: skip
    LabelGiven.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)


def take(label: Label, people: Iterable[int], *, source: LabelGiven.Source, value: str = "") -> int:
    """Only what the same source gave: a rule does not take what a person gave by hand."""
    wanted, taken = list(people), 0
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        taken += LabelGiven.objects.filter(
            label=label, value=value, source=source, person_id__in=some
        ).delete()[0]
    return taken
