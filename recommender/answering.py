"""Answering what was asked: the workers' side. Each question is one row, one lease, one answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.catalog.queries import by_external_ids
from marketing.conditions.types import Column, Ref
from marketing.events.scans import fold_cursor, open_source
from marketing.kernel.errors import MarketingError, NotFound
from marketing.kernel.places import told
from marketing.personas import queries as personas
from marketing.personas.store import number_text
from marketing.workspace.asked import MOST_TRIES, Saying, first_free, lease_of
from marketing.workspace.models import Cursor, Lease, Workspace
from recommender.asking import parse, problem_of
from recommender.insights import Breakdown, Groups, Insight, Moment
from recommender.models import InsightAnswer

log = logging.getLogger("zhixin.insights")
State = InsightAnswer.State
# Answers to what nobody asked for so long are forgotten.
KEPT = timedelta(days=14)
_LEASE = "insight"
_LOOKED_AT = 20
# A segment's key to its members, bool[n] by ordinal. Raises NotFound.
Members = Callable[[str], NDArray[np.bool_]]


@dataclass(frozen=True)
class Worker:
    """The workspace's moment, the real one, and who knows a segment's members."""

    workspace: Workspace
    now: datetime
    at: datetime
    members: Members


def answer_next(worker: Worker) -> int:
    """Answer the question that waits longest and that nobody else is answering; how many: 0 or 1.

    A worker that dies leaves its row waiting; its lease ends within a minute, and the next one
    takes it up. A row that brought down three is given up.
    """
    waiting = InsightAnswer.objects.filter(state=State.WAITING).order_by("asked_at", "id")
    pks = waiting.values_list("pk", flat=True)[:_LOOKED_AT]
    return first_free(pks, _LEASE, lambda pk: _answer(pk, worker))


def prune(at: datetime) -> int:
    """Forget what nobody asked for two weeks, with its lease; how many."""
    old = InsightAnswer.objects.filter(asked_at__lt=at - KEPT).exclude(state=State.WAITING)
    pks = list(old.values_list("pk", flat=True))
    Lease.objects.filter(name__in=[lease_of(_LEASE, pk) for pk in pks]).delete()
    return InsightAnswer.objects.filter(pk__in=pks).exclude(state=State.WAITING).delete()[0]


def _answer(pk: int, worker: Worker) -> bool:
    """False if another has answered it meanwhile."""
    row = InsightAnswer.objects.filter(pk=pk, state=State.WAITING).first()
    if row is None:
        return False
    InsightAnswer.objects.filter(pk=pk).update(tries=row.tries + 1)
    started = time.monotonic()
    position = Cursor.objects.filter(name="fold").first() or Cursor(name="fold")
    outcome = _outcome(row, worker)
    InsightAnswer.objects.filter(pk=pk, state=State.WAITING).update(
        computed_at=worker.at,
        took_ms=round(1e3 * (time.monotonic() - started)),
        as_of=worker.now,
        fold_xid=position.xid,
        fold_position=position.position,
        **outcome,
    )
    return True


def _outcome(row: InsightAnswer, worker: Worker) -> dict[str, Any]:
    if row.tries >= MOST_TRIES:
        return _failed("The worker ended while it answered, three times over")
    try:
        question = parse(row.insight, row.question)
        answer = question.answer(open_source(fold_cursor()), _moment(question, row, worker))
        return {"state": State.ANSWERED, "result": msgspec.to_builtins(answer), "problem": None}
    except MarketingError as error:
        return {"state": State.REFUSED, "result": None, "problem": problem_of(error)}
    except Exception as error:
        log.error("insight %s failed: %s", row.insight, told(error))
        return _failed("Something went wrong on our side")


def _failed(why: str) -> dict[str, Any]:
    """Without the inside: the log has the place."""
    error = MarketingError(why, code="insight_failed", fix="Ask again; if it stays, see the log.")
    return {"state": State.FAILED, "result": None, "problem": problem_of(error)}


def _moment(question: Insight, row: InsightAnswer, worker: Worker) -> Moment:
    moment = Moment(
        now=worker.now,
        zone=worker.workspace.zone,
        titles=lambda ids: {key: each.title for key, each in by_external_ids(ids).items()},
        progress=Saying(row),
    )
    breakdown = question.told_apart_by()
    return moment if breakdown is None else replace(moment, groups=groups(breakdown, worker))


def groups(breakdown: Breakdown, worker: Worker) -> Groups:
    """As of now, whatever was true when the events happened. Raises NotFound."""
    try:
        if breakdown.kind == "segment":
            inside = worker.members(breakdown.name)
            return Groups(np.where(inside, 0, -1).astype(np.int32), (breakdown.name,))
        return _by_value(personas.current().column(Ref("attribute", breakdown.name)))
    except NotFound as error:
        raise NotFound(error.message, code=error.code, pointer="/breakdown/name",
                       fix=error.fix) from None  # fmt: skip


def _by_value(column: Column) -> Groups:
    """A group a value; people without one are in none."""
    values, present = np.asarray(column.values), np.asarray(column.present)
    if column.categories is not None:
        return Groups(np.where(present, values, -1).astype(np.int32), column.categories)
    labels, codes = np.unique(values[present], return_inverse=True)
    found = np.full(len(values), -1, dtype=np.int32)
    found[present] = codes
    return Groups(found, tuple(number_text(float(label)) for label in labels))
