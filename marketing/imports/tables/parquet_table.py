"""Parquet, streamed row group by row group: every value as the text that reads back as it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from marketing.imports.faults import DAMAGED, EMPTY_FILE, NUL, Refusal
from marketing.imports.tables import Record, named
from marketing.imports.types import Options

_BATCH = 1_000


class ParquetTable:
    """The row group that holds a record is found by the file's own counts."""

    def __init__(self, path: Path, options: Options) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            raise Refusal(DAMAGED) from None
        if not self._file.schema_arrow.names:
            raise Refusal(EMPTY_FILE)
        # Its values are typed: they are written here with a point and the year first.
        self.options = msgspec.structs.replace(options, decimal_comma=False, date_order="ymd")
        self.headers = named(list(self._file.schema_arrow.names))
        self._rows = self._file.metadata.num_rows
        self._passed = 0

    def records(self, after: int = 0) -> Iterator[Record]:
        self._passed = 0
        for group in range(self._file.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if self._passed + rows <= after:
                self._passed += rows
                continue
            yield from self._group(group, after)

    def share(self) -> float:
        return self._passed / self._rows if self._rows else 1.0

    def _group(self, group: int, after: int) -> Iterator[Record]:
        try:
            for batch in self._file.iter_batches(_BATCH, row_groups=[group]):
                columns = [column.to_pylist() for column in batch.columns[: len(self.headers)]]
                for values in zip(*columns, strict=True):
                    self._passed += 1
                    if self._passed > after:
                        cells = tuple(_text(value) for value in values)
                        fault = NUL if any("\x00" in cell for cell in cells) else None
                        yield Record(self._passed + 1, cells, fault)
        except (pa.ArrowException, OSError):
            raise Refusal(DAMAGED) from None


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    return str(value)
