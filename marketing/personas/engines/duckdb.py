"""DuckDB in the worker's own process, over the warehouse's Parquet files. The default."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

from marketing.personas.engines import (
    Engine,
    Reading,
    by_events,
    compiled,
    files_of,
    followed,
    number_columns,
    place_of,
    promoted_column,
    with_merged,
)
from marketing.personas.parts import Expression

_NUMBERS = itertools.count()


@lru_cache(maxsize=2)
def _database(process: int, threads: int | None) -> Any:
    """One in-memory database a process: opening one costs as much as a small scan."""
    database: Any = duckdb.connect()
    database.execute("SET preserve_insertion_order = false")
    if threads is not None:
        database.execute(f"SET threads = {threads}")
    return database


class DuckDB(Engine):
    dialect = "duckdb"
    # None: as many as the machine has. Workers that share a machine may ask for fewer.
    threads: ClassVar[int | None] = None

    @cached_property
    def connection(self) -> Any:
        connection = _database(os.getpid(), self.threads).cursor()
        connection.register(self._name("tail"), self.source.tail)
        connection.register(self._name("merged"), self.source.merged)
        return connection

    @cached_property
    def _number(self) -> int:
        return next(_NUMBERS)

    def _name(self, name: str) -> str:
        """Of this engine alone: the database is shared by all engines of the process."""
        return f"{name}_{self._number}"

    def relation(self, reading: Reading) -> str:
        typed, others = files_of(self.source, reading)
        selects = [self._select(self._name("tail"), reading, is_typed=True)]
        for names, files in by_events(self.source, reading, typed).items():
            selects.append(self._select(_parquet(files), reading, is_typed=True, names=names))
        if others:  # some of these lack columns: then every file's footer is read beforehand
            table = _parquet(others, ", union_by_name = true")
            selects.append(self._select(table, reading, is_typed=False))
        return followed(" UNION ALL ".join(selects), reading, self.source, self._name("merged"))

    def _select(
        self,
        table: str,
        reading: Reading,
        *,
        is_typed: bool,
        names: frozenset[str] | None = None,
    ) -> str:
        fields = reading.fields
        columns = ["person", "event", "at_us"]
        columns += number_columns(lambda name: _value(name, "number", is_typed), reading)
        columns += [
            f"{_value(name, 'text', is_typed)} AS {fields.text(name)}" for name in fields.texts
        ]
        return f"SELECT {', '.join(columns)} FROM {table}{self._where(reading, names)}"

    def _where(self, reading: Reading, names: frozenset[str] | None) -> str:
        """``names``: only these events; whole groups of rows are skipped for it."""
        conditions = [] if names is None else [f"event IN ({_listed(sorted(names))})"]
        if reading.people is not None:
            wanted = pa.array(with_merged(reading.people, self.source), pa.int64())
            self.connection.register(self._name("asked"), pa.table({"person": wanted}))
            conditions.append(f"person IN (SELECT person FROM {self._name('asked')})")
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def run(self, statement: str) -> pa.Table:
        return self.connection.sql(statement).to_arrow_table()

    def stream(self, question: Expression, reading: Reading, rows: int) -> Iterator[pa.RecordBatch]:
        """The question's columns in batches of so many rows, in its own order."""
        statement = self.placed(compiled(question, self.dialect), reading)
        yield from self.connection.sql(statement).to_arrow_reader(rows)

    def close(self) -> None:
        if "connection" in vars(self):  # nothing was asked otherwise
            self.connection.close()


def _parquet(files: Sequence[str], more: str = "") -> str:
    return f"read_parquet([{_listed(files)}], hive_partitioning = false{more})"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _value(name: str, kind: str, is_typed: bool) -> str:
    """The column where the row was written with one, else the property out of the JSON."""
    column = promoted_column(name, kind)
    if column is None:
        return _read(name, kind)
    if is_typed:
        return column
    return f"CASE WHEN shape > {place_of(name)} THEN {column} ELSE {_read(name, kind)} END"


def _read(name: str, kind: str) -> str:
    path = f"'$.\"{name}\"'"
    type_, text = f"json_type(properties, {path})", f"json_extract_string(properties, {path})"
    if kind == "text":
        number = f"abs(TRY_CAST({text} AS DOUBLE))"
        plain = f"{type_} <> 'DOUBLE' OR {number} = 0 OR ({number} >= 1e-5 AND {number} < 1e16)"
        return f"CASE WHEN {type_} NOT IN ('OBJECT', 'ARRAY', 'NULL') AND ({plain}) THEN {text} END"
    return (
        f"CASE WHEN {type_} = 'BOOLEAN' THEN ({text} = 'true')::DOUBLE "
        f"WHEN {type_} NOT IN ('VARCHAR', 'OBJECT', 'ARRAY', 'NULL') "
        f"THEN TRY_CAST({text} AS DOUBLE) END"
    )
