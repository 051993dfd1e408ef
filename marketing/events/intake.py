"""Intake: one SQL transaction stores each event once; only then the caller may answer 200."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from marketing.events.counting import add_intake
from marketing.events.messages import Message, parse
from marketing.events.models import Event, RejectedEvent
from marketing.kernel.errors import Invalid, Unavailable
from marketing.kernel.moments import microseconds
from marketing.people.services import resolve
from marketing.workspace.queries import cursor, workspace

_COLUMNS = "message_id, xid, person_id, kind, name, at_us, received_at_us, properties, context"
_CHUNK = 1_000


@dataclass(frozen=True)
class Rejection:
    """``index`` in the batch; the rest says what was wrong, where, and what to do."""

    index: int
    code: str
    pointer: str
    fix: str


@dataclass(frozen=True)
class Taken:
    """The answer to a batch."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]


def accept(bodies: Sequence[object], now: datetime, *, kind: str | None = None) -> Taken:
    """Store what is valid, quarantine what is not. Raises Unavailable if the log cannot commit."""
    messages, rejected = _sort(bodies, now, kind)
    try:
        _check_backlog()
        with transaction.atomic():
            stored = _store(messages, now)
            _quarantine(bodies, rejected, now)
            _count(messages, stored, len(rejected), now)
    except DatabaseError as error:
        raise Unavailable(
            "The event log cannot be written just now",
            code="log_unavailable",
            fix="Send the same batch again: duplicates are no error.",
        ) from error
    return Taken(stored, len(messages) - stored, tuple(rejected))


def _sort(
    bodies: Sequence[object], now: datetime, kind: str | None
) -> tuple[list[Message], list[Rejection]]:
    messages: list[Message] = []
    rejected: list[Rejection] = []
    for index, body in enumerate(bodies):
        try:
            messages.append(parse(body, now, kind=kind))
        except Invalid as error:
            rejected.append(
                Rejection(index, error.code, error.pointer or "/", error.fix or str(error))
            )
    return messages, rejected


def _check_backlog() -> None:
    """The warehouse may lag behind the log, but not without bound."""
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    if newest - cursor("archive").position > settings.MAX_UNARCHIVED_EVENTS:
        raise Unavailable(
            "Too many events wait for the warehouse",
            code="backlog_full",
            retry_after_s=60,
            fix="Make room in the warehouse; nothing was lost.",
        )


def _store(messages: Sequence[Message], now: datetime) -> int:
    """How many were new. One statement a chunk: the unique key is what deduplicates."""
    if not messages:
        return 0
    ordinals = resolve([message.names for message in messages], now)
    received = microseconds(now)
    xid = "pg_current_xact_id()::text::bigint" if connection.vendor == "postgresql" else "0"
    row = f"(%s, {xid}, %s, %s, %s, %s, %s, %s, %s)"
    stored = 0
    with connection.cursor() as sql:
        for start in range(0, len(messages), _CHUNK):
            chunk = range(start, min(start + _CHUNK, len(messages)))
            values: list[str | int] = []
            for i in chunk:
                m = messages[i]
                values += [m.message_id, ordinals[i], m.kind, m.name, m.at_us, received,
                           m.properties, m.context]  # fmt: skip
            sql.execute(
                f"INSERT INTO events_event ({_COLUMNS}) VALUES {', '.join([row] * len(chunk))} "
                "ON CONFLICT (message_id) DO NOTHING RETURNING id",
                values,
            )
            stored += len(sql.fetchall())
    return stored


def _quarantine(bodies: Sequence[object], rejected: Sequence[Rejection], now: datetime) -> None:
    RejectedEvent.objects.bulk_create(
        RejectedEvent(
            received_at=now,
            code=each.code,
            pointer=each.pointer,
            fix=each.fix[:300],
            body=orjson.dumps(bodies[each.index]).decode()[:8_000],
        )
        for each in rejected
    )


def _count(messages: Sequence[Message], stored: int, rejected: int, now: datetime) -> None:
    """What was wrong, by day; last in the transaction and only if anything was: no row is hot."""
    counts = {
        "duplicates": len(messages) - stored,
        "rejected": rejected,
        "clamped": sum(message.is_clamped for message in messages),
    }
    if any(counts.values()):
        add_intake(now.astimezone(workspace().zone).date(), **counts)
