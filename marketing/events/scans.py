"""All events as one Ibis table: the warehouse up to the archive cursor, the log from there on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from deltalake import DeltaTable

from marketing.events import log, warehouse
from marketing.events.types import EventFrame
from marketing.kernel.errors import Unavailable
from marketing.kernel.moments import microseconds
from marketing.people.queries import redirects
from marketing.workspace.models import Cursor
from marketing.workspace.queries import cursor

# An Ibis expression; the library ships no types.
Expression = Any
_TICK = timedelta(microseconds=1)


class Source:
    """The same rows for every scan of one run: a snapshot of the warehouse and the log beyond it.

    ``tail``: of ``warehouse.SCHEMA``. ``redirects``: merged ordinal to the one that carries on.
    """

    def __init__(
        self, table: DeltaTable | None, tail: pa.Table, redirects: Mapping[int, int]
    ) -> None:
        self.table, self.tail, self.redirects = table, tail, redirects

    @cached_property
    def stored(self) -> list[warehouse.Stored]:
        """Every file of the warehouse; none before the first append."""
        return [] if self.table is None else warehouse.stored(self.table)

    def files(
        self, since: datetime | None, until: datetime | None = None
    ) -> list[warehouse.Stored]:
        """Those whose days touch [since, until): the pruning that partitions buy."""
        first = since.astimezone(UTC).date() if since else date.min
        last = (until.astimezone(UTC) - _TICK).date() if until else date.max
        return [each for each in self.stored if first <= each.day <= last]

    @cached_property
    def connection(self) -> Expression:
        """An Ibis connection of its own that knows ``tail`` and ``merged``."""
        connection = ibis.duckdb.connect()
        # Registered on the raw connection: Ibis' create_table would copy.
        connection.con.register("tail", self.tail)
        connection.con.register("merged", self.merged)
        return connection

    @property
    def merged(self) -> pa.Table:
        """gone, kept."""
        return pa.table(
            {
                "gone": pa.array(list(self.redirects), pa.int64()),
                "kept": pa.array(list(self.redirects.values()), pa.int64()),
            }
        )

    def rows(self, since: datetime | None) -> Expression:
        """person, event, at_us, properties (JSON) of events from ``since`` on; merges followed."""
        wanted = ["person", "event", "at_us", "properties"]
        table = self.connection.table("tail").select(wanted)
        files = [each.uri for each in self.files(since)]
        if files:
            table = self.connection.read_parquet(files).select(wanted).union(table)
        if since is not None:
            table = table.filter(table.at_us >= microseconds(since))
        return self._follow(table) if self.redirects else table

    def _follow(self, table: Expression) -> Expression:
        merged = self.connection.table("merged")
        joined = table.left_join(merged, table.person == merged.gone)
        return joined.select(
            person=ibis.coalesce(joined.kept, joined.person),
            event=joined.event,
            at_us=joined.at_us,
            properties=joined.properties,
        )


class LateSource(Source):
    """The same, opened when it is first read: most folds need nothing beyond their own rows."""

    def __init__(self, until: Cursor, redirects: Mapping[int, int]) -> None:
        self.until, self.redirects = until, redirects

    @cached_property
    def _opened(self) -> Source:
        return open_source(self.until, self.redirects)

    @property
    def table(self) -> DeltaTable | None:  # type: ignore[override]
        return self._opened.table

    @property
    def tail(self) -> pa.Table:
        return self._opened.tail


def open_source(until: Cursor | None = None, carries_on: Mapping[int, int] | None = None) -> Source:
    """Everything up to the log position ``until``; None: all that can be read."""
    return source_of(warehouse.open_table(), until, carries_on)


def source_of(
    table: DeltaTable | None,
    until: Cursor | None,
    carries_on: Mapping[int, int] | None = None,
) -> Source:
    """The table as it was opened, and the log from where it ends up to ``until``.

    ``carries_on``: the redirects of whoever is asked about; None: everybody's.

    The tail starts where the opened table's newest archive commit says that it ends, and not at
    the archive's cursor: a crash between the two must not count events twice. Whoever needs to have
    exactly what lies before ``until`` opens the table first and takes ``until`` then: an archive
    that runs meanwhile would put more into the table.
    """
    _batch, xid, position = warehouse.committed(table)
    start = Cursor(name="archive", xid=xid, position=position)
    tail = warehouse.as_table(log.between(start, until or log.end()))
    return Source(table, tail, redirects() if carries_on is None else carries_on)


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
