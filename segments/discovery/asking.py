"""A question is a row; ``manage.py answer`` learns it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from marketing.people.queries import all_erased
from marketing.personas import queries as personas_queries
from marketing.workspace.asked import Progress, lease_of, work_off
from marketing.workspace.models import Lease
from segments import queries
from segments.discovery import relearning
from segments.discovery.groups import learn_groups
from segments.discovery.lookalikes import learn_alike
from segments.discovery.questions import TASKS, Groups, Lookalike, Question, question_of, require
from segments.discovery.rules import learn_rule
from segments.discovery.study import Found, Study
from segments.models import Learning

KEPT = timedelta(days=90)


def ask(
    question: Question, at: datetime, by: str = "", again_of: Learning | None = None
) -> Learning:
    """``at``: the real moment. Raises Invalid or NotFound for a question that cannot be asked."""
    require(question)
    return Learning.objects.create(
        task=TASKS[type(question)], question=msgspec.to_builtins(question), asked_at=at,
        asked_by=by, again_of=again_of,
    )  # fmt: skip


def learn_next(at: datetime) -> int:
    """Learn what waits longest; how many: 0 or 1. ``at``: the real moment, of leases."""
    return work_off(Learning, learn, at)


def prune(at: datetime) -> int:
    """Forget what nobody made a segment of in a season, with its lease; how many."""
    old = Learning.objects.filter(asked_at__lt=at - KEPT, segments=None, again=None)
    pks = list(old.exclude(state=Learning.State.WAITING).values_list("pk", flat=True))
    Lease.objects.filter(name__in=[lease_of("learning", pk) for pk in pks]).delete()
    return Learning.objects.filter(pk__in=pks, segments=None).delete()[0]


def learn(row: Learning, progress: Progress) -> None:
    """Over the personas of this moment. Raises MarketingErrors for what cannot be learned."""
    personas = queries.with_segments(personas_queries.current())
    study = Study(question_of(row), personas, progress)
    erased = len(all_erased())
    found = _found(study)
    if found.keeps_rows and len(all_erased()) != erased:
        learn(row, progress)  # with nobody of whom meanwhile nothing may be known
        return
    report = relearning.compared(row, found, study)
    with transaction.atomic():
        row.report = msgspec.to_builtins(report)
        row.blob, row.threshold, row.keeps_rows = found.blob, found.threshold, found.keeps_rows
        row.as_of, row.personas_version = personas.as_of, personas.version
        row.save(update_fields=["report", "blob", "threshold", "keeps_rows", "as_of",
                                "personas_version"])  # fmt: skip
        if row.replaces:
            relearning.replace(row, report)


def _found(study: Study) -> Found:
    match study.question:
        case Groups() as question:
            return learn_groups(study, question)
        case Lookalike() as question:
            return learn_alike(study, question)
        case question:
            return learn_rule(study, question)
