"""Events of a test as the source that scans read: the log's tail alone, without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.events import warehouse
from marketing.events.log import LogRow
from marketing.events.scans import Source


def source_of(rows: Sequence[LogRow]) -> Source:
    return Source(None, warehouse.as_table(rows), {})
