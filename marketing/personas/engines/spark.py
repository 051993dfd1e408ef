"""Apache Spark, local or a cluster's, over the Parquet files; needs pyspark and Java."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from marketing.events.scans import Source
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
from marketing.personas.parts import Expression


class Spark(Engine):
    dialect = "pyspark"
    quote = "`"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._folder = Path(tempfile.mkdtemp(prefix="zhixin-spark-"))
        self._session: Any = None

    def ask(self, question: Expression, reading: Reading) -> pa.Table:
        from ibis.backends.pyspark import Backend

        # Ibis reads this option only from a connection of its own.
        ibis.options.pyspark = Backend.Options()
        return super().ask(question, reading)

    def relation(self, reading: Reading) -> str:
        session = self._opened()
        session.read.parquet(str(self._tail())).createOrReplaceTempView("zhixin_tail")
        rows = self._select("zhixin_tail", reading, typed=True)
        for typed, files in zip((True, False), files_of(self.source, reading), strict=True):
            if files:
                name = f"zhixin_{'typed' if typed else 'others'}"
                stored = session.read.option("mergeSchema", "true").parquet(*files)
                stored.createOrReplaceTempView(name)
                rows = f"{rows} UNION ALL {self._select(name, reading, typed=typed)}"
        pairs = ", ".join(f"({gone}L, {kept}L)" for gone, kept in self.source.redirects.items())
        merged = f"(SELECT * FROM VALUES {pairs} AS v (gone, kept))"
        return followed(rows, reading, self.source, merged)

    def _opened(self) -> Any:
        if self._session is None:
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.master("local[1]").appName("zhixin")
            builder = builder.config("spark.ui.enabled", "false")
            builder = builder.config("spark.sql.ansi.enabled", "false")
            builder = builder.config("spark.sql.shuffle.partitions", "1")
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            self._session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
        return self._session

    def _tail(self) -> Path:
        path = self._folder / "tail.parquet"
        if not path.exists():
            pq.write_table(self.source.tail, path)
        return path

    def _select(self, table: str, reading: Reading, *, typed: bool) -> str:
        fields = reading.fields
        columns = ["person", "event", "at_us"]
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
        return self._opened().sql(statement).toArrow()

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _value(name: str, kind: str, typed: bool) -> str:
    column = promoted_column(name, kind)
    if column is None:
        return _read(name, kind)
    if typed:
        return column
    return f"CASE WHEN shape > {place_of(name)} THEN {column} ELSE {_read(name, kind)} END"


def _read(name: str, kind: str) -> str:
    value = f"variant_get(parse_json(properties), '$[\"{name}\"]')"
    type_, text = f"schema_of_variant({value})", f"CAST({value} AS STRING)"
    if kind == "text":
        scalar = f"NOT startswith({type_}, 'OBJECT') AND NOT startswith({type_}, 'ARRAY')"
        number = f"abs(TRY_CAST({text} AS DOUBLE))"
        whole = f"{type_} IN ('BIGINT', 'STRING', 'BOOLEAN')"
        plain = f"{whole} OR {number} = 0 OR ({number} >= 1e-5 AND {number} < 1e16)"
        return f"CASE WHEN {scalar} AND ({plain}) THEN {text} END"
    number = f"{type_} = 'BIGINT' OR {type_} = 'DOUBLE' OR startswith({type_}, 'DECIMAL')"
    return (
        f"CASE WHEN {type_} = 'BOOLEAN' THEN IF({text} = 'true', 1.0D, 0.0D) "
        f"WHEN {number} THEN CAST({value} AS DOUBLE) END"
    )
