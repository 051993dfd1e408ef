"""The log on PostgreSQL: ids commit out of order, and still no reader misses an event."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import transaction

from marketing.events.intake import accept
from marketing.events.log import LogRow, after
from marketing.workspace.models import Cursor
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(message_id: str, person: str = "p1") -> dict[str, object]:
    return {
        "type": "track",
        "event": "Viewed",
        "messageId": message_id,
        "userId": person,
        "timestamp": NOW.isoformat(),
    }


def take(message_id: str, person: str) -> None:
    assert accept([event(message_id, person)], NOW).accepted == 1


@contextmanager
def open_transaction(thread: ThreadPoolExecutor) -> Iterator[None]:
    """A transaction on that thread's connection; it commits on leaving."""
    atomic = transaction.atomic()
    thread.submit(atomic.__enter__).result(timeout=30)
    yield
    thread.submit(atomic.__exit__, None, None, None).result(timeout=30)


def read(limit: int = 100) -> list[LogRow]:
    """What a reader of the log does: take what is there, move the cursor."""
    at = cursor("reader")
    rows = after(at, limit)
    if rows:
        move_cursor(at, rows[-1].xid, rows[-1].id, NOW)
    return rows


@pytest.mark.usefixtures("transactional_db")
def test_log__when_an_older_transaction_still_runs__then_nothing_past_it_is_read(
    elsewhere: ThreadPoolExecutor,
) -> None:
    Cursor.objects.create(name="archive")  # else the open transaction would hold its first insert
    take("before", "p0")
    seen = [row.message_id for row in read()]
    with open_transaction(elsewhere):
        elsewhere.submit(take, "slow", "p1").result(timeout=30)
        take("quick", "p2")
        seen += [row.message_id for row in read()]
        assert seen == ["before"]
    seen += [row.message_id for row in read()]
    assert seen == ["before", "slow", "quick"]
    assert read() == []


@pytest.mark.usefixtures("transactional_db")
def test_log__when_the_later_id_commits_first__then_order_is_by_transaction(
    elsewhere: ThreadPoolExecutor,
) -> None:
    """The transaction that began first writes last: its row has the higher id, the lower xid."""
    Cursor.objects.create(name="archive")
    seen: list[str] = []
    with open_transaction(elsewhere):
        elsewhere.submit(take, "slow 1", "p1").result(timeout=30)
        take("quick", "p2")
        elsewhere.submit(take, "slow 2", "p1").result(timeout=30)
        assert read() == []
    while rows := read(limit=1):
        seen += [row.message_id for row in rows]
    assert seen == ["slow 1", "slow 2", "quick"]
