"""What it costs without a plan: a bare GROUP BY, and one DuckDB query per segment.

Over the same Parquet files and their typed columns, pruned by day as the engine's own scans are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb

from bench import portfolio
from bench.world import NOW, World
from marketing.conditions.types import TraitSpec
from marketing.events import warehouse
from marketing.kernel.local_days import DAY_US
from marketing.kernel.moments import microseconds

_COMPARE = {"gte": ">=", "lte": "<=", "gt": ">", "lt": "<"}


def _connection() -> Any:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def _events(made: World, since_us: int | None) -> str:
    since = None if since_us is None else datetime.fromtimestamp(since_us / 1e6, UTC).date()
    files = ", ".join(f"'{name}'" for name in warehouse.files(made.table(), since))
    return f"read_parquet([{files}], hive_partitioning = false)"


def bare(made: World) -> int:
    """Every person's number of events and newest moment."""
    statement = f"SELECT person, count(*), max(at_us) FROM {_events(made, None)} GROUP BY person"
    return int(_connection().sql(statement).to_arrow_table().num_rows)


def segment_queries(made: World) -> list[int]:
    """The size of each of the 50 segments, each by a query of its own."""
    connection = _connection()
    return [
        int(connection.sql(_segment(made, each)).fetchall()[0][0]) for each in portfolio.segments()
    ]


def _segment(made: World, condition: dict[str, Any]) -> str:
    ((word, leaves),) = condition.items()
    joint = " INTERSECT " if word == "all" else " UNION "
    return f"SELECT count(*) FROM ({joint.join(_people(made, leaf) for leaf in leaves)})"


def _people(made: World, leaf: dict[str, Any]) -> str:
    """Whom one leaf holds for, the people without such events left out."""
    spec = portfolio.TRAITS[leaf["name"]]
    since, _end = spec.window.bounds(NOW, portfolio.ZONE)
    since_us = None if since is None else microseconds(since)
    where = f"event = '{spec.events[0]}'"
    where += "" if since_us is None else f" AND at_us >= {since_us}"
    having = f"{_aggregate(spec)} {_COMPARE[leaf['op']]} {leaf['value']}"
    events = _events(made, since_us)
    return f"(SELECT person FROM {events} WHERE {where} GROUP BY person HAVING {having})"


def _aggregate(spec: TraitSpec) -> str:
    today = microseconds(NOW) // DAY_US
    return {
        "count": "count(*)",
        "sum": f"coalesce(sum(p_{spec.property}), 0)",
        "mean": f"avg(p_{spec.property})",
        "days_since": f"{today} - max(at_us) // {DAY_US}",
        "days_since_first": f"{today} - min(at_us) // {DAY_US}",
    }[spec.function]
