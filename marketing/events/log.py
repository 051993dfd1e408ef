"""Reading the SQL log in an order in which nothing can appear behind a reader's back.

On PostgreSQL ids commit out of order, so a cursor is (xid, id) and never passes the oldest running
transaction. On SQLite writers are serial and ``xid`` is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from marketing.workspace.models import Cursor


class LogRow(NamedTuple):
    xid: int
    id: int
    message_id: str
    person: int
    kind: str
    name: str
    at_us: int
    received_at_us: int
    properties: str


_PEOPLE = 500
_SELECT = (
    "SELECT xid, id, message_id, person_id, kind, name, at_us, received_at_us, properties "
    "FROM events_event WHERE "
)
_SAFE = " AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_SAFE_OR_OWN = (
    " AND (xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    " OR xid = pg_current_xact_id_if_assigned()::text::bigint)"
)
# SQLite compares row values without an index; there the order is the id's alone.
_AFTER = {"postgresql": "(xid, id) > (%s, %s)", "sqlite": "%s = 0 AND id > %s"}
_UNTIL = {"postgresql": "(xid, id) <= (%s, %s)", "sqlite": "%s = 0 AND id <= %s"}
_ORDER = {"postgresql": "xid, id", "sqlite": "id"}


def after(cursor: Cursor, limit: int) -> list[LogRow]:
    """Up to ``limit`` rows past the cursor, in log order."""
    vendor = connection.vendor
    return _rows(
        f"{_SELECT}{_AFTER[vendor]}{_safe()} ORDER BY {_ORDER[vendor]} LIMIT %s",
        [cursor.xid, cursor.position, limit],
    )


def between(start: Cursor, end: Cursor) -> list[LogRow]:
    """The rows in (start, end]: what a rebuild reads beyond the warehouse."""
    vendor = connection.vendor
    return _rows(
        f"{_SELECT}{_AFTER[vendor]} AND {_UNTIL[vendor]} ORDER BY {_ORDER[vendor]}",
        [start.xid, start.position, end.xid, end.position],
    )


def of(people: Sequence[int], start: Cursor, end: Cursor) -> list[LogRow]:
    """These people's rows in (start, end], in no order."""
    vendor, found = connection.vendor, []
    for first in range(0, len(people), _PEOPLE):
        some = people[first : first + _PEOPLE]
        found += _rows(
            f"{_SELECT}person_id IN ({', '.join(['%s'] * len(some))}) "
            f"AND {_AFTER[vendor]} AND {_UNTIL[vendor]}",
            [*some, start.xid, start.position, end.xid, end.position],
        )
    return found


def waiting(cursor: Cursor) -> int:
    """How many rows lie beyond the cursor, running transactions' included."""
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT count(*) FROM events_event WHERE {_AFTER[connection.vendor]}",
            [cursor.xid, cursor.position],
        )
        return int(sql.fetchone()[0])


def oldest_waiting(cursor: Cursor) -> int | None:
    """When the oldest row beyond the cursor was received, in microseconds; None: none waits."""
    vendor = connection.vendor
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT received_at_us FROM events_event WHERE {_AFTER[vendor]}"
            f" ORDER BY {_ORDER[vendor]} LIMIT 1",
            [cursor.xid, cursor.position],
        )
        found = sql.fetchone()
    return int(found[0]) if found else None


def end() -> Cursor:
    """The newest position that no row can appear behind any more."""
    vendor = connection.vendor
    with connection.cursor() as sql:
        order = "xid DESC, id DESC" if vendor == "postgresql" else "id DESC"
        sql.execute(
            f"SELECT xid, id FROM events_event WHERE true{_safe()} ORDER BY {order} LIMIT 1"
        )
        found = sql.fetchone()
    xid, position = found or (0, 0)
    return Cursor(name="end", xid=xid, position=position)


def _safe() -> str:
    if connection.vendor != "postgresql":
        return ""
    # The suite rolls its transactions back: there, and only there, a reader sees its own rows.
    return _SAFE_OR_OWN if settings.LOG_SHOWS_OWN_ROWS else _SAFE


def _rows(statement: str, parameters: Sequence[int]) -> list[LogRow]:
    with connection.cursor() as sql:
        sql.execute(statement, parameters)
        return [LogRow(*row) for row in sql.fetchall()]
