"""Files as rows of texts, whatever they are written in: one record after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from marketing.imports.faults import Fault
from marketing.imports.models import Import
from marketing.imports.types import Options

MOST_COLUMNS = 500


class Record(NamedTuple):
    """``number``: as a spreadsheet shows it. ``cells``: one a column, unless there is a fault."""

    number: int
    cells: tuple[str, ...]
    fault: Fault | None = None

    @property
    def is_blank(self) -> bool:
        return self.fault is None and not any(cell.strip() for cell in self.cells)


class Table(Protocol):
    """``options``: as given, with what was empty found out."""

    headers: list[str]
    options: Options

    def records(self, after: int = 0) -> Iterator[Record]:
        """All but the first ``after``. Raises Refusal where the file is damaged."""

    def share(self) -> float:
        """How much of the file the last iteration has read, 0 to 1."""


def open_table(path: Path, file_format: str, options: Options) -> Table:
    """Raises Refusal. Parquet needs pyarrow: in workers only."""
    if file_format == Import.Format.PARQUET:
        from marketing.imports.tables.parquet_table import ParquetTable

        return ParquetTable(path, options)
    from marketing.imports.tables.csv_table import CsvTable

    return CsvTable(path, options)


def named(cells: list[str]) -> list[str]:
    """Columns by their headers: an empty one by its place, a second one of a name by its count."""
    found: list[str] = []
    for place, cell in enumerate(cells[:MOST_COLUMNS], start=1):
        name = " ".join(cell.replace("\x00", "").split())[:120] or f"#{place}"
        same = sum(each == name or each.startswith(f"{name} (") for each in found)
        found.append(f"{name} ({same + 1})" if same else name)
    return found
