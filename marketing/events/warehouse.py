"""The warehouse: a Delta Lake table of all events, partitioned by day, sorted by event and time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from django.conf import settings

from marketing.events.log import LogRow
from marketing.kernel.errors import Conflict

APP = "archive"
_ROWS_A_GROUP = 20_000
_SCHEMA = pa.schema(
    [
        ("message_id", pa.string()),
        ("person", pa.int64()),
        ("kind", pa.string()),
        ("event", pa.string()),
        ("at_us", pa.int64()),
        ("received_at_us", pa.int64()),
        ("properties", pa.string()),
    ]
)


def as_table(rows: Sequence[LogRow]) -> pa.Table:
    """The rows as the warehouse holds them, without the partition column."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(LogRow._fields)
    named = dict(zip(LogRow._fields, columns, strict=True))
    named["event"] = named.pop("name")
    return pa.table({name: pa.array(named[name], type) for name, type in _types()})


def _types() -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in _SCHEMA]


def open_table() -> DeltaTable | None:
    """None before the first append."""
    url = settings.WAREHOUSE_URL
    return DeltaTable(url) if DeltaTable.is_deltatable(url) else None


def append(rows: Sequence[LogRow], batch: int) -> None:
    """One atomic commit, marked with the batch's number and the log position it reaches."""
    newest, _xid, _position = committed(open_table())
    if batch <= newest:
        raise Conflict(f"Batch {batch} is in the warehouse already", code="batch_known")
    table = as_table(rows)
    moments = table["at_us"].cast(pa.timestamp("us"))
    table = table.append_column("day", pc.strftime(moments, "%Y-%m-%d"))
    table = table.sort_by([("day", "ascending"), ("event", "ascending"), ("at_us", "ascending")])
    last = rows[-1]
    write_deltalake(
        settings.WAREHOUSE_URL,
        table,
        mode="append",
        partition_by=["day"],
        writer_properties=WriterProperties(
            compression="ZSTD", max_row_group_size=_ROWS_A_GROUP, write_batch_size=_ROWS_A_GROUP
        ),
        commit_properties=CommitProperties(
            app_transactions=[Transaction(APP, batch)],
            custom_metadata={"xid": str(last.xid), "position": str(last.id)},
        ),
    )


def committed(table: DeltaTable | None) -> tuple[int, int, int]:
    """(batch, xid, position) of the newest archive commit; zeros before the first."""
    batch = table.transaction_version(APP) if table is not None else None
    if table is None or batch is None:
        return 0, 0, 0
    for commit in table.history():
        if "position" in commit:
            return batch, int(commit["xid"]), int(commit["position"])
    return 0, 0, 0


def files(table: DeltaTable, since: date | None) -> list[str]:
    """The Parquet files of the days from ``since`` on: the pruning that partitions buy."""
    if since is None:
        return list(table.file_uris())
    return list(table.file_uris(file_pruning_predicate=[("day", ">=", since.isoformat())]))
