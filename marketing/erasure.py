"""A person is forgotten: in the database, the warehouse, the personas, and in what is cached.

What remains is their ordinal, which names nobody any more, in counts that were already made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q

from campaigns.forgetting import forget as forget_in_campaigns
from marketing.conditions.types import TraitSpec
from marketing.imports.services import forget_files
from marketing.people import services as people
from marketing.people.models import Erasure, Person
from marketing.people.queries import names_of, ordinals_of
from marketing.personas import services as personas
from marketing.personas.quality import asking as quality
from marketing.workspace.asked import Progress, work_off
from marketing.workspace.models import Workspace
from segments.discovery.relearning import forget as forget_in_segments

Specs = Callable[[], Mapping[str, TraitSpec]]


def erase_next(workspace: Workspace, now: datetime, at: datetime, specs: Specs) -> int:
    """What was asked first, in one pass; how many: 0 or 1. ``at``: the real moment."""
    return work_off(Erasure, lambda row, say: erase(row, workspace, now, specs(), say), at)


def erase(
    row: Erasure,
    workspace: Workspace,
    now: datetime,
    specs: Mapping[str, TraitSpec],
    say: Progress = lambda share: None,
) -> None:
    """Idempotent: an erasure that was interrupted begins again and finishes.

    Models that learned from the person are trained anew with the next retraining; until then they
    hold sums over many people. Groups whose stored points are rows of people are learned anew.
    """
    from marketing.events import upkeep  # Delta loads here: in workers, never in the web process

    ordinals = ordinals_of(row.person.merged_into or row.person)
    names = names_of(ordinals)
    say(0.1)
    counts = forget_files()  # first: what is stored could bring the person back
    _count(row, counts | upkeep.erase(ordinals, names))
    say(0.6)
    with transaction.atomic():
        _forget_in_audit(ordinals, names)
        quality.forget(row.asked_at)
        counts = forget_in_campaigns(ordinals)
        counts |= forget_in_segments(ordinals, row.asked_at)
        _count(row, counts | people.forget(ordinals, now))
    say(0.7)
    personas.refresh(workspace, now, specs)
    personas.forget_versions()
    cache.clear()


def _count(row: Erasure, counts: Mapping[str, int]) -> None:
    """What went, kept at each step; begun again, it has less to find than it had."""
    row.counts = row.counts | {
        name: max(count, row.counts.get(name, 0)) for name, count in counts.items()
    }
    Erasure.objects.filter(pk=row.pk).update(counts=row.counts)


def _forget_in_audit(ordinals: Sequence[int], names: Sequence[str]) -> None:
    """The audit log says that something was done to somebody, not to whom by name."""
    about = ContentType.objects.get_for_model(Person)
    theirs = Q(content_type=about, object_id__in=[str(ordinal) for ordinal in ordinals])
    LogEntry.objects.filter(theirs | Q(object_repr__in=names)).update(
        object_repr=f"erased:{ordinals[0]}", change_message=""
    )
