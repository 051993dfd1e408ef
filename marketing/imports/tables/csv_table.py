"""CSV: encoding and delimiter found out, quoted line breaks kept, no cell without bound."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from marketing.imports.encodings import detect
from marketing.imports.faults import (
    BAD_ENCODING,
    EMPTY_FILE,
    HUGE_CELL,
    NUL,
    TOO_FEW_CELLS,
    TOO_MANY_CELLS,
    Fault,
    Refusal,
)
from marketing.imports.tables import MOST_COLUMNS, Record, named
from marketing.imports.types import Options

DELIMITERS = (",", ";", "\t", "|")
MOST_CELL = 131_072
_LINE = 1 << 20
_SNIFFED = 1 << 16
_LOOKED_AT = 100
csv.field_size_limit(MOST_CELL)


class CsvTable:
    """The first record that is not blank names the columns."""

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        self._size = max(path.stat().st_size, 1)
        self._raw: BinaryIO | None = None
        encoding = options.encoding or detect(path)
        self.options = msgspec.structs.replace(options, encoding=encoding)
        delimiter = options.delimiter or self._sniff()
        self.options = msgspec.structs.replace(self.options, delimiter=delimiter)
        header = next((cells for _n, cells, _f in self._split() if any(cells)), None)
        if header is None:
            raise Refusal(EMPTY_FILE)
        self.headers = named(header)

    def records(self, after: int = 0) -> Iterator[Record]:
        is_headed, passed = False, 0
        for number, cells, fault in self._split():
            if not is_headed:
                is_headed = any(cells)
                continue
            passed += 1
            if passed > after:
                yield self._record(number, cells, fault)

    def share(self) -> float:
        if self._raw is None:
            return 0.0
        return 1.0 if self._raw.closed else min(self._raw.tell() / self._size, 1.0)

    def _record(self, number: int, cells: list[str], fault: Fault | None) -> Record:
        columns = len(self.headers)
        if not any(cells) and fault is None:
            return Record(number, ("",) * columns)
        spare = cells[columns:]
        fitted = (*cells[:columns], *[""] * (columns - len(cells)))
        if fault is None and len(cells) < columns:
            fault = TOO_FEW_CELLS
        if fault is None and any(cell.strip() for cell in spare):
            fault = TOO_MANY_CELLS  # whoever mends it sees all of them
            fitted = (*fitted[:-1], self.options.delimiter.join([fitted[-1], *spare]))
        if fault is None and any("\x00" in cell for cell in fitted):
            fault = NUL
        return Record(number, fitted, fault)

    def _split(self) -> Iterator[tuple[int, list[str], Fault | None]]:
        """Number, cells and fault of every record, the header being a record too."""
        with self._path.open("rb") as self._raw:
            reader = csv.reader(_lines(self._raw, self.options.encoding),
                                delimiter=self.options.delimiter)  # fmt: skip
            number = 0
            while True:
                number += 1
                try:
                    yield number, next(reader), None
                except csv.Error:
                    yield number, [], HUGE_CELL
                except UnicodeError:
                    raise Refusal(BAD_ENCODING) from None
                except StopIteration:
                    return

    def _sniff(self) -> str:
        """The delimiter by which most of the first records have as many cells as the header."""
        with self._path.open("rb") as raw:
            head = raw.read(_SNIFFED * 2).decode(self.options.encoding, errors="ignore")[:_SNIFFED]
        scores = {delimiter: _fits(head, delimiter) for delimiter in DELIMITERS}
        best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
        return best if scores[best][0] else ","


def _fits(head: str, delimiter: str) -> tuple[float, int]:
    """Share of records with the commonest number of cells (0 where that is one), and the number."""
    counts: Counter[int] = Counter()
    try:
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            counts[len(cells)] += 1 if cells else 0
            if counts.total() == _LOOKED_AT:
                break
    except csv.Error:
        pass
    if not counts:
        return 0.0, 0
    columns, records = counts.most_common(1)[0]
    return (records / counts.total(), columns) if 1 < columns <= MOST_COLUMNS else (0.0, 0)


def _lines(raw: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines as they end in the file; one without an end is cut, so that memory is bounded."""
    text = io.TextIOWrapper(raw, encoding, errors="strict", newline="")
    while line := text.readline(_LINE):
        yield line
    text.detach()
