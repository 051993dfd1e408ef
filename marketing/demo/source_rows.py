"""Rows of the sources' CSV files, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Every row by column name; an absent value is ""."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def whole(value: str) -> int | None:
    """None for ""."""
    return int(value) if value else None
