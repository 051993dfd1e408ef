"""The warehouse: a Delta Lake table of all events, partitioned by day, sorted by event and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from django.conf import settings

from marketing.events.log import LogRow
from marketing.events.standard import PROMOTED
from marketing.kernel.errors import Conflict

APP = "archive"
_ROWS_A_GROUP = 20_000
_LOGGED = pa.schema(
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
_COLUMN_TYPES = {"text": pa.string(), "number": pa.float64()}
SCHEMA = pa.schema(
    [
        *_LOGGED,
        *((each.column, _COLUMN_TYPES[each.type]) for each in PROMOTED),
        ("shape", pa.int16()),
    ]
)


def as_table(rows: Sequence[LogRow]) -> pa.Table:
    """The rows as the warehouse holds them, without the partition column."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(LogRow._fields)
    named = dict(zip(LogRow._fields, columns, strict=True))
    named["event"] = named.pop("name")
    arrays = {field.name: pa.array(named[field.name], field.type) for field in _LOGGED}
    arrays |= _promoted(named["properties"])
    arrays["shape"] = pa.repeat(pa.scalar(len(PROMOTED), pa.int16()), len(rows))
    return pa.table(arrays, schema=SCHEMA)


def _promoted(properties: Iterable[str]) -> dict[str, pa.Array]:
    """A typed column per promoted property, null where it is absent or of another type."""
    values: dict[str, list[object]] = {each.column: [] for each in PROMOTED}
    readers = [(each.name, values[each.column], _READERS[each.type]) for each in PROMOTED]
    for document in properties:
        said = orjson.loads(document)
        for name, column, read in readers:
            column.append(read(said[name]) if name in said else None)
    return {
        each.column: pa.array(values[each.column], _COLUMN_TYPES[each.type]) for each in PROMOTED
    }


def as_text(value: object) -> str | None:
    """What scans call a property's text: numbers and flags as they are written in JSON.

    A number that needs an exponent (below 0.00001, from 1e16 on) has none: every engine would
    write it in its own way.
    """
    if isinstance(value, str):
        return value
    text = orjson.dumps(value).decode() if isinstance(value, bool | int | float) else None
    return None if isinstance(value, float) and text and "e" in text else text


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, bool | int | float) else None


_READERS: Mapping[str, Callable[[object], object]] = {"text": as_text, "number": _number}


def open_table() -> DeltaTable | None:
    """None before the first append."""
    url = settings.WAREHOUSE_URL
    return DeltaTable(url) if DeltaTable.is_deltatable(url) else None


def append(rows: Sequence[LogRow], batch: int) -> None:
    """One atomic commit, marked with the batch's number and the log position it reaches."""
    newest, _xid, _position = committed(open_table())
    if batch <= newest:
        raise Conflict(f"Batch {batch} is in the warehouse already", code="batch_known")
    write(as_table(rows), batch, rows[-1].xid, rows[-1].id)


def write(table: pa.Table, batch: int, xid: int, position: int) -> None:
    """``table`` (of ``SCHEMA``, in any order) as the archive's batch that reaches ``position``."""
    write_deltalake(
        settings.WAREHOUSE_URL,
        by_event_and_time(table),
        mode="append",
        schema_mode="merge",
        configuration=CONFIGURATION,
        partition_by=["day"],
        writer_properties=WRITER,
        commit_properties=CommitProperties(
            app_transactions=[Transaction(APP, batch)],
            custom_metadata={"xid": str(xid), "position": str(position)},
        ),
    )


# Delta keeps statistics of columns in its log for good: never of what people said or did.
CONFIGURATION: dict[str, str | None] = {
    "delta.dataSkippingStatsColumns": "event,at_us,shape",
}
WRITER = WriterProperties(
    compression="ZSTD", max_row_group_size=_ROWS_A_GROUP, write_batch_size=_ROWS_A_GROUP
)


def by_event_and_time(table: pa.Table) -> pa.Table:
    """By day, event and time: a scan of few events skips whole row groups."""
    moments = table["at_us"].cast(pa.timestamp("us"))
    table = table.append_column("day", pc.strftime(moments, "%Y-%m-%d"))
    return table.sort_by([("day", "ascending"), ("event", "ascending"), ("at_us", "ascending")])


def committed(table: DeltaTable | None) -> tuple[int, int, int]:
    """(batch, xid, position) of the newest archive commit; zeros before the first."""
    batch = table.transaction_version(APP) if table is not None else None
    if table is None or batch is None:
        return 0, 0, 0
    for commit in table.history():
        if "position" in commit:
            return batch, int(commit["xid"]), int(commit["position"])
    return 0, 0, 0


class Stored(NamedTuple):
    """One Parquet file: its day, and with how many promoted properties its rows were written."""

    uri: str
    day: date
    shape: int


def stored(table: DeltaTable) -> list[Stored]:
    """Every file of the table's version, by the log's own statistics: nothing is opened."""
    uris = {uri.rpartition("/")[2]: uri for uri in table.file_uris()}
    actions = pa.table(table.get_add_actions(flatten=True))
    names = set(actions.column_names)
    rows = actions.select(
        [name for name in ("path", "min.shape", "partition.day") if name in names]
    )
    return [
        Stored(
            uris[row["path"].rpartition("/")[2]],
            date.fromisoformat(row["partition.day"]),
            row.get("min.shape") or 0,
        )
        for row in rows.to_pylist()
    ]
