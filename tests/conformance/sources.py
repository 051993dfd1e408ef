"""Events of a test as the source that scans read: the log's tail alone, without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketing.events import warehouse
from marketing.events.log import LogRow
from marketing.events.scans import Source


def source_of(connection: Any, rows: Sequence[LogRow]) -> Source:
    """``connection``: Ibis on DuckDB; what an earlier source of it read is gone."""
    connection.con.register("tail", warehouse.as_table(rows))
    return Source(connection, connection.table("tail"), None, None)
