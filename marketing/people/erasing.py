"""Asking that a person is forgotten. Doing it is the worker's (``marketing/erasure.py``).

The row keeps no name: a keyed hash of it, so that who asks again finds what became of it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction

from marketing.kernel.errors import NotFound
from marketing.people.models import Erasure, Person
from marketing.people.queries import by_external_id

_State = Erasure.State


def name_hash(external_id: str) -> str:
    """HMAC-SHA256 under SECRET_KEY, hex: without the key nobody can try names against it."""
    said = b"erasure:" + external_id.encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def ask(external_id: str, at: datetime, asked_by: str) -> Erasure:
    """The row that says so; again the same while nobody else came under that name.

    What failed waits again. ``at``: the real moment. Raises NotFound for who never was.
    """
    try:
        person = by_external_id(external_id)
    except NotFound:
        return _again(find(external_id))
    return ask_for(person, external_id, at, asked_by)


def ask_for(person: Person, external_id: str, at: datetime, asked_by: str) -> Erasure:
    """As ``ask``, of a person who is known; one row waits at most."""
    with transaction.atomic():
        row, _created = Erasure.objects.get_or_create(
            person=person,
            state=_State.WAITING,
            defaults={"asked_at": at, "asked_by": asked_by, "name_hash": name_hash(external_id)},
        )
    return row


def find(external_id: str) -> Erasure:
    """The newest of who was called so. Raises NotFound."""
    row = Erasure.objects.filter(name_hash=name_hash(external_id)).order_by("-id").first()
    if row is None:
        raise NotFound("There is no such person", code="unknown_person")
    return row


def _again(row: Erasure) -> Erasure:
    """An erasure that stopped half way is taken up: its person has no name any more."""
    stopped = Erasure.objects.filter(pk=row.pk, state__in=[_State.FAILED, _State.REFUSED])
    if stopped.update(state=_State.WAITING, tries=0, problem=None, done_at=None):
        row.refresh_from_db()
    return row
