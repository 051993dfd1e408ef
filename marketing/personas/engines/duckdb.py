"""DuckDB in the worker's own process, over the warehouse's Parquet files. The default."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

from marketing.events.standard import PROMOTED
from marketing.personas.engines import (
    Engine,
    Reading,
    cleaned,
    files_of,
    followed,
    is_typed,
    with_merged,
)

_PLACES = {each.name: (place, each) for place, each in enumerate(PROMOTED)}


class DuckDB(Engine):
    dialect = "duckdb"

    # None: as many as the machine has. Workers that share a machine may ask for fewer.
    threads: ClassVar[int | None] = None

    @cached_property
    def connection(self) -> Any:
        connection: Any = duckdb.connect()
        connection.execute("SET preserve_insertion_order = false")
        if self.threads is not None:
            connection.execute(f"SET threads = {self.threads}")
        connection.register("tail", self.source.tail)
        connection.register("merged", self.source.merged)
        return connection

    def relation(self, reading: Reading) -> str:
        rows = self._select("tail", reading, typed=True)
        files = files_of(self.source, reading.spans)
        if files:
            names = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
            stored = f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"
            rows = f"{self._select(stored, reading, typed=is_typed(self.source))} UNION ALL {rows}"
        return followed(rows, reading, self.source, "merged")

    def _select(self, table: str, reading: Reading, *, typed: bool) -> str:
        fields = reading.fields
        columns = ["person", "event", "at_us"]
        columns += [
            f"{cleaned(self._value(name, 'number', typed), name, reading)} AS {fields.number(name)}"
            for name in fields.numbers
        ]
        columns += [
            f"{self._value(name, 'text', typed)} AS {fields.text(name)}" for name in fields.texts
        ]
        return f"SELECT {', '.join(columns)} FROM {table}{self._where(reading)}"

    def _where(self, reading: Reading) -> str:
        if reading.people is None:
            return ""
        wanted = pa.array(with_merged(reading.people, self.source), pa.int64())
        self.connection.register("asked_people", pa.table({"person": wanted}))
        return " WHERE person IN (SELECT person FROM asked_people)"

    def _value(self, name: str, kind: str, typed: bool) -> str:
        """The column where the row was written with one, else the property out of the JSON."""
        place, promoted = _PLACES.get(name, (0, None))
        if promoted is None or promoted.type != kind or not typed:
            return _read(name, kind)
        return f"CASE WHEN shape > {place} THEN {promoted.column} ELSE {_read(name, kind)} END"

    def run(self, statement: str) -> pa.Table:
        return self.connection.sql(statement).to_arrow_table()

    def close(self) -> None:
        if "connection" in vars(self):  # nothing was asked otherwise
            self.connection.close()


def _read(name: str, kind: str) -> str:
    path = f"'$.\"{name}\"'"
    type_, text = f"json_type(properties, {path})", f"json_extract_string(properties, {path})"
    if kind == "text":
        return f"CASE WHEN {type_} NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN {text} END"
    return (
        f"CASE WHEN {type_} = 'BOOLEAN' THEN ({text} = 'true')::DOUBLE "
        f"WHEN {type_} NOT IN ('VARCHAR', 'OBJECT', 'ARRAY', 'NULL') "
        f"THEN TRY_CAST({text} AS DOUBLE) END"
    )
