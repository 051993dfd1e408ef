"""A person is forgotten: in the database, the warehouse, the personas, and in what is cached.

What remains is their ordinal, which names nobody any more, in counts that were already made.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.cache import cache
from django.db import transaction

from campaigns.forgetting import forget as forget_in_campaigns
from marketing import pipeline
from marketing.imports.services import forget_files
from marketing.people import services as people
from marketing.people.models import Erasure, Person
from marketing.people.queries import names_of, ordinals_of
from marketing.personas import services as personas
from marketing.workspace.models import Workspace
from segments.discovery.relearning import forget as forget_in_segments


def erase(person: Person, workspace: Workspace, now: datetime, *, asked_by: str) -> Erasure:
    """Idempotent: an erasure that was interrupted is finished by asking again.

    Models that learned from the person are trained anew with the next retraining; until then they
    hold sums over many people. Groups whose stored points are rows of people are learned anew.
    """
    from marketing.events import upkeep  # Delta loads here: in workers, never in the web process

    ordinals = ordinals_of(person)
    names = names_of(ordinals)
    erasure = Erasure.objects.create(person=person, asked_at=now, asked_by=asked_by)
    counts = forget_files()  # first: what is stored could bring the person back
    counts |= upkeep.erase(ordinals, names)
    with transaction.atomic():
        counts |= forget_in_campaigns(ordinals)
        counts |= forget_in_segments(ordinals, datetime.now(UTC))
        counts |= people.forget(ordinals, now)
    personas.refresh(workspace, now, pipeline.specs())
    personas.forget_versions()
    cache.clear()
    erasure.counts, erasure.done_at = counts, now
    erasure.save(update_fields=["counts", "done_at"])
    return erasure
