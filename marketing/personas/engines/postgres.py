"""PostgreSQL over the SQL log itself: for deployments whose whole history stays in the log.

The source's warehouse is not read; the log must reach back as far as the traits do.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.db import connection

from marketing.personas.engines import Engine, Reading, followed, number_columns, with_merged

# Types of PostgreSQL that answers have, by oid: int2, int4, int8, numeric, float8, bool.
_WHOLE = (20, 21, 23)
_REAL = (700, 701, 1700)


class Postgres(Engine):
    dialect = "postgres"

    def relation(self, reading: Reading) -> str:
        fields = reading.fields
        columns = ["person_id AS person", 'name COLLATE "C" AS event', "at_us"]
        columns += number_columns(_number, reading)
        columns += [f'{_text(name)} COLLATE "C" AS {fields.text(name)}' for name in fields.texts]
        rows = f"SELECT {', '.join(columns)} FROM events_event{self._where(reading)}"
        pairs = ", ".join(f"({gone}, {kept})" for gone, kept in self.source.redirects.items())
        merged = f"(SELECT * FROM (VALUES {pairs}) AS v (gone, kept))"
        return followed(rows, reading, self.source, merged)

    def _where(self, reading: Reading) -> str:
        if reading.people is None:
            return ""
        people = with_merged(reading.people, self.source)
        return f" WHERE person_id IN ({', '.join(map(str, people)) or 'NULL'})"

    def run(self, statement: str) -> pa.Table:
        with connection.cursor() as sql:
            sql.execute(f"SELECT * FROM ({statement}) AS answer")  # without arguments: % stays %
            columns = sql.description or []
            rows = sql.fetchall()
        by_column: list[Any] = list(zip(*rows, strict=True)) or [()] * len(columns)
        return pa.table(
            {
                column.name: pa.array(_plain(values, column.type_code), _type(column.type_code))
                for column, values in zip(columns, by_column, strict=True)
            }
        )


def _plain(values: Any, oid: int) -> list[Any]:
    if oid in _REAL:
        return [None if value is None else float(value) for value in values]
    return list(values)


def _type(oid: int) -> pa.DataType:
    if oid in _WHOLE:
        return pa.int64()
    return pa.float64() if oid in _REAL else pa.bool_() if oid == 16 else pa.string()


def _text(name: str) -> str:
    key = "'" + name + "'"
    kind = f"json_typeof(properties::json -> {key})"
    text = f"properties::json ->> {key}"
    return (
        f"(CASE WHEN {kind} IN ('string', 'boolean') THEN {text} "
        f"WHEN {kind} = 'number' AND strpos({text}, 'e') = 0 THEN {text} END)"
    )


def _number(name: str) -> str:
    key = "'" + name + "'"
    kind, text = f"json_typeof(properties::json -> {key})", f"properties::json ->> {key}"
    return (
        f"(CASE {kind} WHEN 'number' THEN ({text})::double precision "
        f"WHEN 'boolean' THEN CASE {text} WHEN 'true' THEN 1.0::double precision ELSE 0.0 END END)"
    )
