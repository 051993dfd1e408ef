"""ClickHouse's SQL, in the worker's own process (chdb), over the warehouse's Parquet files.

The same statements run on a ClickHouse server that sees the files; only ``run`` would differ.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from marketing.events.scans import Source
from marketing.events.warehouse import SCHEMA
from marketing.personas.engines import (
    Engine,
    Reading,
    files_of,
    followed,
    number_columns,
    place_of,
    promoted_column,
    with_merged,
)


class ClickHouse(Engine):
    dialect = "clickhouse"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._folder = tempfile.TemporaryDirectory(prefix="zhixin-clickhouse-")
        self._tail: Path | None = None

    def relation(self, reading: Reading) -> str:
        typed, others = files_of(self.source, reading)
        files = [(str(self._written()), True), *((name, True) for name in typed)]
        files += [(name, False) for name in others]
        rows = " UNION ALL ".join(
            self._select(self._file(Path(name)), reading, typed=is_typed)
            for name, is_typed in files
        )
        pairs = ", ".join(f"({gone}, {kept})" for gone, kept in self.source.redirects.items())
        merged = f"(SELECT * FROM values('gone Int64, kept Nullable(Int64)', {pairs}))"
        return followed(rows, reading, self.source, merged, nulls=" SETTINGS join_use_nulls = 1")

    def _written(self) -> Path:
        """The log's tail as a file, for the embedded server reads files."""
        if self._tail is None:
            self._tail = Path(self._folder.name) / "tail.parquet"
            pq.write_table(self.source.tail, self._tail)
        return self._tail

    def _file(self, path: Path) -> str:
        columns = ", ".join(f"{f.name} {_type(f.type)}" for f in SCHEMA)
        return f"file({_quoted(str(path))}, 'Parquet', {_quoted(columns)})"

    def _select(self, table: str, reading: Reading, *, typed: bool) -> str:
        fields = reading.fields
        columns = ["assumeNotNull(person) AS person", "assumeNotNull(event) AS event",
                   "assumeNotNull(at_us) AS at_us"]  # fmt: skip
        columns += number_columns(lambda name: _value(name, "number", typed), reading)
        columns += [
            f"{_value(name, 'text', typed)} AS {fields.text(name)}" for name in fields.texts
        ]
        return f"SELECT {', '.join(columns)} FROM {table}{self._where(reading)}"

    def _where(self, reading: Reading) -> str:
        if reading.people is None:
            return ""
        people = with_merged(reading.people, self.source)
        return f" WHERE person IN ({', '.join(map(str, people)) or 'NULL'})"

    def run(self, statement: str) -> pa.Table:
        import chdb

        # Its own way: the largest of nothing is 0 there, and null everywhere else.
        answer = chdb.query(f"{statement} SETTINGS aggregate_functions_null_for_empty = 1", "Arrow")
        return pa.ipc.open_file(pa.BufferReader(answer.bytes())).read_all()

    def close(self) -> None:
        self._folder.cleanup()


def _value(name: str, kind: str, typed: bool) -> str:
    column = promoted_column(name, kind)
    if column is None:
        return _read(name, kind)
    if typed:
        return column
    return f"if(shape > {place_of(name)}, {column}, {_read(name, kind)})"


def _read(name: str, kind: str) -> str:
    key = _quoted(name)
    type_ = f"JSONType(assumeNotNull(properties), {key})"
    raw = f"JSONExtractRaw(assumeNotNull(properties), {key})"
    if kind == "text":
        text = f"JSONExtractString(assumeNotNull(properties), {key})"
        number = f"abs(JSONExtractFloat(assumeNotNull(properties), {key}))"
        plain = f"({number} = 0 OR ({number} >= 1e-5 AND {number} < 1e16))"
        return (
            f"multiIf({type_} = 'String', toNullable({text}), "
            f"{type_} IN ('Int64', 'UInt64', 'Bool'), toNullable({raw}), "
            # Of a real number that is whole ClickHouse leaves out what JSON writes: 3, not 3.0.
            f"{type_} = 'Double' AND {plain}, "
            f"toNullable(if(position({raw}, '.') = 0, concat({raw}, '.0'), {raw})), NULL)"
        )
    return (
        f"multiIf({type_} = 'Bool', toNullable(if({raw} = 'true', 1.0, 0.0)), "
        f"{type_} IN ('Int64', 'UInt64', 'Double'), toFloat64OrNull({raw}), NULL)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _type(type_: pa.DataType) -> str:
    names: Sequence[tuple[bool, str]] = (
        (pa.types.is_string(type_), "String"),
        (pa.types.is_int64(type_), "Int64"),
        (pa.types.is_int16(type_), "Int16"),
        (pa.types.is_float64(type_), "Float64"),
    )
    return f"Nullable({next(name for holds, name in names if holds)})"
