"""A person is forgotten: in the database, the warehouse, the personas, and in what is cached.

What remains is their ordinal, which names nobody any more, in counts that were already made.
"""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from campaigns.forgetting import forget as forget_in_campaigns
from marketing.people import erasures
from marketing.people import services as people
from marketing.people.models import Erasure, Person
from marketing.people.queries import names_of, ordinals_of
from marketing.personas import services as personas
from marketing.workspace.asked import first_free
from marketing.workspace.models import Workspace

_LEASE = "erasure"
_LOOKED_AT = 20


def erase(person: Person, workspace: Workspace, now: datetime, *, asked_by: str) -> Erasure:
    """Idempotent: an erasure that was interrupted is finished by asking again."""
    erasure = erasures.ask(person, now, asked_by=asked_by)
    _carry_out(erasure, workspace, now)
    return erasure


def erase_next(workspace: Workspace, now: datetime) -> int:
    """What was asked for first and nobody else is doing; how many: 0 or 1.

    One that fails stays waiting: it has to be done.
    """
    waiting = Erasure.objects.filter(done_at=None).order_by("asked_at", "id")
    pks = waiting.values_list("pk", flat=True)[:_LOOKED_AT]
    return first_free(pks, _LEASE, lambda pk: _do(pk, workspace, now))


def _do(pk: int, workspace: Workspace, now: datetime) -> bool:
    """False if another has done it meanwhile."""
    erasure = Erasure.objects.select_related("person").filter(pk=pk, done_at=None).first()
    if erasure is None:
        return False
    _carry_out(erasure, workspace, now)
    return True


def _carry_out(erasure: Erasure, workspace: Workspace, now: datetime) -> None:
    """It may be begun again wherever it was interrupted.

    Models that learned from the person are trained anew with the next retraining; until then they
    hold sums over many people.
    """
    from marketing import pipeline
    from marketing.events import upkeep  # Delta loads here: in workers, never in the web process

    # They may have become one with somebody since it was asked for.
    person = erasure.person.merged_into or erasure.person
    ordinals = ordinals_of(person)
    names = names_of(ordinals)
    counts = upkeep.erase(ordinals, names)
    with transaction.atomic():
        counts |= forget_in_campaigns(ordinals)
        counts |= people.forget(ordinals, now)
    personas.refresh(workspace, now, pipeline.specs())
    personas.forget_versions()
    cache.clear()
    erasure.counts, erasure.done_at = counts, now
    erasure.save(update_fields=["counts", "done_at"])
