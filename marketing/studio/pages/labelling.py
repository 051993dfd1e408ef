"""Labels by hand: on a person's page, and for those who were chosen in the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from marketing.kernel.text import Text
from marketing.people import labels
from marketing.people.models import Label, LabelGiven, Person
from marketing.studio.shell import said
from segments.labelling import give_again

_BY_HAND = LabelGiven.Source.MANUAL


def name(label: Label) -> str:
    return said(Text(label.name, label.name_zh or label.name))


def carried(person: Person) -> list[tuple[str, LabelGiven]]:
    """(name, what was given), the newest first."""
    rows = person.labels.select_related("label").order_by("-given_at", "-id")
    return [(name(row.label), row) for row in rows]


def choices() -> list[tuple[int, str]]:
    return [(label.pk, name(label)) for label in Label.objects.all()]


def give(
    label: Label, value: str, people: Sequence[int], now: datetime, *, user_id: int, by: str
) -> None:
    with transaction.atomic():
        labels.give(label, people, now, source=_BY_HAND, given_by=by[:120], value=value)
        _log(label, value, people, user_id, "label given")


def take(given: LabelGiven, now: datetime, *, user_id: int) -> None:
    """Only what was given by hand; a rule that speaks for the person too gives it anew."""
    with transaction.atomic():
        labels.take(given.label, [given.person_id], source=_BY_HAND, value=given.value)
        give_again(given.label_id, given.value, [given.person_id], now)
        _log(given.label, given.value, [given.person_id], user_id, "label taken")


def _log(label: Label, value: str, people: Sequence[int], user_id: int, what: str) -> None:
    """By ordinal: the audit log outlives an erasure."""
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                user_id=user_id,
                content_type=ContentType.objects.get_for_model(Person),
                object_id=str(person),
                object_repr=f"#{person}",
                action_flag=CHANGE,
                change_message=f"{what}: {label.key} {value}".strip(),
            )
            for person in people
        ],
        batch_size=500,
    )
