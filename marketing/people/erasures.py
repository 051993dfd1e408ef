"""Asking for an erasure. A worker does it: ``marketing/erasure.py``."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from marketing.kernel.errors import NotFound
from marketing.people.models import Erasure, Person
from marketing.people.queries import by_external_id, user_id


def ask(person: Person, now: datetime, *, asked_by: str) -> Erasure:
    """The one that waits already, or a new one: a person is erased once."""
    with transaction.atomic():
        # The person's row is what two who ask at once wait for.
        Person.objects.select_for_update().get(pk=person.pk)
        waiting = Erasure.objects.filter(person=person, done_at=None).first()
        return waiting or Erasure.objects.create(
            person=person, asked_at=now, asked_by=asked_by, name_hash=_hash(user_id(person.pk))
        )


def ask_by_name(external_id: str, now: datetime, *, asked_by: str) -> Erasure:
    """Of who is gone already, the erasure that it was. Raises NotFound."""
    try:
        person = by_external_id(external_id)
    except NotFound:
        return find(external_id)
    return ask(person, now, asked_by=asked_by)


def find(external_id: str) -> Erasure:
    """The newest that was asked for under this name. Raises NotFound."""
    found = Erasure.objects.filter(name_hash=_hash(external_id)).first()
    if found is None:
        raise NotFound(
            "Nobody asked for this person's erasure", code="no_erasure",
            fix="Ask for it: POST to the same address.",
        )  # fmt: skip
    return found


def _hash(external_id: str) -> str:
    """Keyed by the deployment's secret: a list of guessed names does not open it."""
    return salted_hmac("erasure", external_id, algorithm="sha256").hexdigest()
