"""The archive cursor: the SQL log into the warehouse, exactly once, resumable after kill -9."""

from __future__ import annotations

from datetime import datetime

from marketing.events import log, warehouse
from marketing.kernel.errors import Conflict
from marketing.workspace.leases import held
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor

BATCH_ROWS = 400_000


def archive(now: datetime) -> int:
    """Append what the warehouse does not have yet; returns the number of events appended.

    The Delta commit carries the batch's number and the log position it reaches. If a run died
    between that commit and the cursor, the next one reads the position back and appends nothing
    twice.
    """
    with held("archive", wait_s=60):  # a second archiver would append the same rows
        _heal(now)
        appended = 0
        while rows := log.after(at := cursor("archive"), BATCH_ROWS):
            warehouse.append(rows, at.batches + 1)
            move_cursor(at, rows[-1].xid, rows[-1].id, now)
            appended += len(rows)
    return appended


def _heal(now: datetime) -> None:
    """Move the cursor to where the newest commit says that the warehouse is."""
    at = cursor("archive")
    batch, xid, position = warehouse.committed(warehouse.open_table())
    if batch == at.batches + 1:
        move_cursor(at, xid, position, now)
    elif batch > at.batches:
        raise Conflict(
            f"The warehouse holds batch {batch}, the database knows of {at.batches}",
            code="warehouse_ahead",
            fix="The database is older than the warehouse: restore both from the same backup.",
        )
