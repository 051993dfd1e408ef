"""Asking for an insight: a row that waits until a worker has answered it. Web processes do this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from marketing.kernel.errors import Invalid, MarketingError, NotFound, Unavailable
from marketing.kernel.hashing import content_hash
from marketing.workspace.queries import cursor
from recommender.insights import INSIGHTS, Insight, Refused
from recommender.models import InsightAnswer

State = InsightAnswer.State
# An answer counts as fresh for so long although events have arrived since.
FRESH = timedelta(minutes=15)
FAILED_STANDS = timedelta(minutes=1)
MOST_WAITING = 200
_PLACE = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


@dataclass(frozen=True)
class Asker:
    """When, by the workspace's clock and by the real one."""

    now: datetime
    at: datetime
    zone: ZoneInfo


def parse(name: str, document: object) -> Insight:
    """The question. Raises NotFound for an unknown insight, Invalid with a pointer and a fix."""
    member = INSIGHTS.get(name)
    try:
        return msgspec.convert(document, member)
    except msgspec.ValidationError as error:
        said = str(error)
        raise Invalid(
            _PLACE.sub("", said),
            code="bad_question",
            pointer=_pointer(said),
            fix=f"See the schema of '{name}' at GET /v1/insights.",
        ) from None


def _pointer(said: str) -> str:
    """A JSON pointer of msgspec's ``$.steps[0].event``."""
    place = _PLACE.search(said)
    steps = _STEP.findall(place[1]) if place else []
    return "/" + "/".join(name or index for name, index in steps)


def question_hash(question: Insight) -> str:
    name = INSIGHTS.name_of(type(question))
    return content_hash([name, question.version, question], 32)


def ask(question: Insight, asker: Asker) -> InsightAnswer:
    """The question's row: answered if that is fresh, else waiting for a worker.

    Raises Unavailable before the first events were folded, and where too many questions wait.
    """
    _require_events()
    asked = question_hash(question)
    row = InsightAnswer.objects.filter(question_hash=asked).first()
    if row is not None and is_fresh(row, question, asker):
        _remember(row, asker.at)
        return row
    if row is None or row.state != State.WAITING:
        _require_room()
    if row is None:
        row, _created = InsightAnswer.objects.get_or_create(
            question_hash=asked,
            defaults={
                "insight": INSIGHTS.name_of(type(question)),
                "question": msgspec.to_builtins(question),
                "asked_at": asker.at,
            },
        )
        return row
    # Compare and set: of two who find it stale, one makes it wait.
    InsightAnswer.objects.filter(pk=row.pk, state=row.state, computed_at=row.computed_at).exclude(
        state=State.WAITING
    ).update(state=State.WAITING, asked_at=asker.at, tries=0, progress=0.0)
    row.refresh_from_db()
    return row


def find(name: str, asked: str) -> InsightAnswer:
    """Raises NotFound: never asked, or forgotten since."""
    row = InsightAnswer.objects.filter(insight=name, question_hash=asked).first()
    if row is None:
        raise NotFound(
            "There is no such question",
            code="unknown_question",
            fix=f"Ask it again: POST /v1/insights/{name}.",
        )
    return row


def is_fresh(row: InsightAnswer, question: Insight, asker: Asker) -> bool:
    """Of the same local day, and either of the same events or not older than ``FRESH``.

    Who is in a group changes without an event: such an answer is as old as it is.
    """
    if row.state == State.WAITING or row.as_of is None or row.computed_at is None:
        return False
    if row.state == State.ANSWERED and _unread(row, type(question)):
        return False
    if row.as_of.astimezone(asker.zone).date() != asker.now.astimezone(asker.zone).date():
        return False
    folded = cursor("fold")
    age = asker.at - row.computed_at
    if row.state == State.FAILED:
        return age < FAILED_STANDS
    same = (row.fold_xid, row.fold_position) == (folded.xid, folded.position)
    return (same and question.told_apart_by() is None) or age < FRESH


def result_of(row: InsightAnswer) -> msgspec.Struct | None:
    """The typed answer; None if there is none, or one of an older form."""
    member = INSIGHTS.get(row.insight)
    return None if _unread(row, member) else msgspec.convert(row.result, member.result)


def _unread(row: InsightAnswer, member: type[Insight]) -> bool:
    try:
        msgspec.convert(row.result, member.result)
    except msgspec.ValidationError:
        return True
    return False


def problem_of(error: MarketingError) -> dict[str, object]:
    """As it is stored: in both languages where the error has both."""
    words = {"en": [error.message, error.fix or ""], "zh": [error.message, error.fix or ""]}
    if isinstance(error, Refused):
        words = {"en": [error.why.en, error.remedy.en], "zh": [error.why.zh, error.remedy.zh]}
    return {"code": error.code, "status": error.status, "pointer": error.pointer, **words}


def as_error(problem: Mapping[str, object]) -> MarketingError:
    """The stored problem as what was raised."""
    words = msgspec.convert(problem["en"], tuple[str, str])
    pointer = problem["pointer"]
    error = MarketingError(
        words[0],
        code=str(problem["code"]),
        pointer=str(pointer) if pointer else None,
        fix=words[1] or None,
    )
    error.status = msgspec.convert(problem["status"], int)
    return error


def _require_events() -> None:
    if cursor("fold").position == 0:
        raise Unavailable(
            "No personas yet", code="no_personas", fix="Run `python manage.py refresh`.",
        )  # fmt: skip


def _require_room() -> None:
    if InsightAnswer.objects.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise Unavailable(
            "Too many questions wait already", code="too_many_questions", retry_after_s=30,
            fix="Wait until some are answered.",
        )  # fmt: skip


def _remember(row: InsightAnswer, at: datetime) -> None:
    """Asked again: it is forgotten later. Not written at every look."""
    if at - row.asked_at > timedelta(hours=1):
        InsightAnswer.objects.filter(pk=row.pk).exclude(state=State.WAITING).update(asked_at=at)
