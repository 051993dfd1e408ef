"""All events as one Ibis table: the warehouse up to the archive cursor, the log from there on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from deltalake import DeltaTable

from marketing.events import log, warehouse
from marketing.events.messages import microseconds
from marketing.events.types import EventFrame
from marketing.kernel.errors import Unavailable
from marketing.people.queries import redirects
from marketing.workspace.models import Cursor
from marketing.workspace.queries import cursor

# An Ibis expression; the library ships no types.
Expression = Any


@dataclass(frozen=True)
class Source:
    """A connection and where the log tail ends: the same rows for every scan of one run."""

    connection: Expression
    tail: Expression
    merged: Expression | None
    # As it was when the source was opened: an archive that runs meanwhile changes nothing.
    table: DeltaTable | None

    def rows(self, since: datetime | None) -> Expression:
        """person, event, at_us, properties (JSON) of events from ``since`` on; merges followed."""
        wanted = ["person", "event", "at_us", "properties"]
        table = self.tail.select(wanted)
        stored = self._stored(since)
        if stored is not None:
            table = stored.select(wanted).union(table)
        if since is not None:
            table = table.filter(table.at_us >= microseconds(since))
        return self._follow(table)

    def _stored(self, since: datetime | None) -> Expression | None:
        if self.table is None:
            return None
        day = since.astimezone(UTC).date() if since else None
        files = warehouse.files(self.table, day)
        return self.connection.read_parquet(files) if files else None

    def _follow(self, table: Expression) -> Expression:
        if self.merged is None:
            return table
        joined = table.left_join(self.merged, table.person == self.merged.gone)
        return joined.select(
            person=ibis.coalesce(joined.kept, joined.person),
            event=joined.event,
            at_us=joined.at_us,
            properties=joined.properties,
        )


def open_source(until: Cursor) -> Source:
    """Everything up to the log position ``until`` (the fold cursor).

    The tail starts where the opened table's newest archive commit says that it ends, and not at
    the archive's cursor: a crash between the two must not count events twice.
    """
    connection = ibis.duckdb.connect()
    table = warehouse.open_table()
    _batch, xid, position = warehouse.committed(table)
    start = Cursor(name="archive", xid=xid, position=position)
    tail = warehouse.as_table(log.between(start, until))
    gone = redirects()
    merged = None
    if gone:
        pairs = pa.table({"gone": list(gone), "kept": list(gone.values())})
        merged = _view(connection, "merged", pairs)
    return Source(connection, _view(connection, "tail", tail), merged, table)


def _view(connection: Expression, name: str, table: pa.Table) -> Expression:
    """An Arrow table as a view, without a copy (Ibis' create_table copies it)."""
    connection.con.register(name, table)
    return connection.table(name)


def frame(
    source: Source,
    events: tuple[str, ...],
    *,
    numbers: tuple[str, ...] = (),
    texts: tuple[str, ...] = (),
) -> EventFrame:
    """Events of these names as columns, sorted by person and time (ties by name)."""
    rows = source.rows(None)
    rows = rows.filter(rows.event.isin(list(events)))
    properties = rows.properties.cast("json")
    columns = {name: number(properties, name) for name in numbers}
    columns |= {name: value(properties, name).str for name in texts}
    table = rows.select("person", "at_us", "event", **{f"p_{k}": v for k, v in columns.items()})
    return _as_frame(table.order_by(["person", "at_us", "event"]).to_pyarrow(), events,
                     numbers, texts)  # fmt: skip


def value(properties: Expression, name: str) -> Expression:
    """The property of exactly this name: quoted, so that no dot or dollar is read as a path."""
    return properties[f'$."{name}"']


def number(properties: Expression, name: str) -> Expression:
    """A JSON property as float64; booleans count 1 and 0, anything else (texts too) is null."""
    text = value(properties, name).cast("string")
    as_bool = ibis.cases((text == "true", "1"), (text == "false", "0"), else_=text)
    return as_bool.try_cast("float64")


def _as_frame(
    table: pa.Table, names: tuple[str, ...], numbers: tuple[str, ...], texts: tuple[str, ...]
) -> EventFrame:
    codes = {name: code for code, name in enumerate(names)}
    properties: dict[str, np.ndarray[Any, Any]] = {
        name: table[f"p_{name}"].cast(pa.float64()).to_numpy().astype(np.float64)
        for name in numbers
    }
    properties |= {name: np.array(table[f"p_{name}"].to_pylist(), dtype=object) for name in texts}
    return EventFrame(
        person=table["person"].to_numpy().astype(np.int64),
        at_us=table["at_us"].to_numpy().astype(np.int64),
        event=np.array([codes[name] for name in table["event"].to_pylist()], dtype=np.int32),
        names=names,
        properties=properties,
    )


def fold_cursor() -> Cursor:
    """Where the personas are; raises Unavailable when nothing was folded yet."""
    at = cursor("fold")
    if at.position == 0:
        raise Unavailable(
            "No personas yet", code="no_personas", fix="Run `python manage.py refresh`."
        )
    return at
