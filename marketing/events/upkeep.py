"""Keeping the warehouse and the log in order: compaction, retention, trimming, erasure.

All of it under the archive's lease: nobody appends meanwhile, and every change is one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from django.conf import settings

from marketing.events import warehouse
from marketing.events.models import Event, RejectedEvent
from marketing.kernel.moments import microseconds
from marketing.workspace.leases import held
from marketing.workspace.queries import cursor

LEASE = "archive"
# The archive appends by the minute: a day of more files than this is written anew as one.
_MOST_FILES = 8
# A reader that opened the table a moment ago must still find its files.
_READERS_HOURS = 24
_CHUNK = 5_000
# Whoever reads the log by a cursor of their own.
_READERS = ("archive", "fold", "campaigns", "catalogue")


def compact() -> int:
    """Rewrite days of many small files, sorted as one; returns how many days."""
    with held(LEASE, wait_s=60):
        table = warehouse.open_table()
        if table is None:
            return 0
        files: dict[date, list[str]] = {}
        for each in warehouse.stored(table):
            files.setdefault(each.day, []).append(each.uri)
        crowded = {day: uris for day, uris in files.items() if len(uris) > _MOST_FILES}
        for day, uris in sorted(crowded.items()):
            _rewrite(day, uris)
        if crowded:
            _vacuum(_READERS_HOURS)
        return len(crowded)


def _rewrite(day: date, uris: Sequence[str]) -> None:
    """The same rows in one commit: a reader sees the old files or the new one."""
    columns = set(warehouse.SCHEMA.names)
    parts = [pq.ParquetFile(uri).read() for uri in uris]
    rows = pa.concat_tables(
        [part.select([n for n in part.column_names if n in columns]) for part in parts],
        promote_options="default",
    )
    write_deltalake(
        settings.WAREHOUSE_URL,
        warehouse.by_event_and_time(rows),
        mode="overwrite",
        predicate=f"day = '{day.isoformat()}'",
        schema_mode="merge",
        partition_by=["day"],
        writer_properties=warehouse.WRITER,
    )


def retain(now: datetime, days: int) -> int:
    """Forget events that happened more than ``days`` days ago; returns how many."""
    first = (now.astimezone(UTC) - timedelta(days=days)).date()
    with held(LEASE, wait_s=60):
        gone = _delete(f"day < '{first.isoformat()}'")
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        Event.objects.filter(at_us__lt=microseconds(start)).delete()
        return gone


def trim(now: datetime, days: int) -> int:
    """Take from the log what is archived, read by everybody and older than ``days`` days.

    Within these days a message that is sent again is recognised.
    """
    reached = min(cursor(name).position for name in _READERS)
    old = Event.objects.filter(
        id__lte=reached, received_at_us__lt=microseconds(now - timedelta(days=days))
    )
    trimmed = 0
    while ids := list(old.values_list("id", flat=True)[:_CHUNK]):
        trimmed += Event.objects.filter(id__in=ids).delete()[0]
    return trimmed


def erase(people: Sequence[int], names: Sequence[str]) -> dict[str, int]:
    """Every event of these ordinals, and quarantined bodies that name them; counts by place.

    The files are gone from the disk as well: nothing is left to a reader of old versions.
    """
    with held(LEASE, wait_s=60):
        gone = _delete(f"person IN ({', '.join(str(int(each)) for each in people)})")
        if gone:
            _vacuum(0)
        logged = Event.objects.filter(person_id__in=people).delete()[0]
        quarantined = 0
        for name in names:
            found = RejectedEvent.objects.filter(body__contains=f'"{name}"')
            quarantined += found.delete()[0]
    return {"warehouse": gone, "log": logged, "quarantine": quarantined}


def _delete(predicate: str) -> int:
    table = warehouse.open_table()
    if table is None:
        return 0
    return int(table.delete(predicate)["num_deleted_rows"] or 0)


def _vacuum(hours: int) -> None:
    DeltaTable(settings.WAREHOUSE_URL).vacuum(
        retention_hours=hours, dry_run=False, enforce_retention_duration=False
    )
