"""The rows that were not taken, as a CSV that a spreadsheet opens and an operator mends.

Its length at the last commit is kept in the import's row: what a dead worker wrote after that is
cut off, so no row stands in it twice.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from marketing.imports.faults import Wrong
from marketing.imports.mapping import OWN, attribute_of, guarded
from marketing.imports.tables import Record
from marketing.kernel.text import Language

_BLOCK = 1 << 16
_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else


class ErrorFile:
    """``titles``: a field's key to its name in the operator's language."""

    def __init__(
        self, path: Path, length: int, headers: Sequence[str], titles: Mapping[str, str],
        language: Language,
    ) -> None:  # fmt: skip
        self._path = path
        self._headers = list(headers)
        self._titles = titles
        self._language = language
        self.length = length

    def add(self, rows: Sequence[tuple[Record, Wrong]]) -> int:
        """On the disk when it returns; the file's new length in bytes."""
        if not rows:
            return self.length
        is_new = self.length == 0
        text = io.StringIO(newline="")
        write = csv.writer(text)
        if is_new:
            text.write(_MARK)
            write.writerow([guarded(header) for header in self._columns()])
        for record, wrong in rows:
            write.writerow([guarded(cell.replace("\x00", "\ufffd")) for cell in self._cells(record)]
                           + self._said(record, wrong))  # fmt: skip
        return self._append(text.getvalue().encode())

    def _columns(self) -> list[str]:
        return [*(h for h in self._headers if h not in OWN), *OWN]

    def _cells(self, record: Record) -> list[str]:
        cells = [*record.cells, *[""] * (len(self._headers) - len(record.cells))]
        return [c for h, c in zip(self._headers, cells, strict=True) if h not in OWN]

    def _said(self, record: Record, wrong: Wrong) -> list[str]:
        name = self._titles.get(wrong.field) or attribute_of(wrong.field)
        fault = wrong.fault
        return [str(record.number), guarded(name), fault.what.say(self._language),
                fault.fix.say(self._language)]  # fmt: skip

    def _append(self, data: bytes) -> int:
        flags = os.O_WRONLY | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "wb") as file:
            file.truncate(self.length)
            file.seek(self.length)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.length += len(data)
        return self.length


def first_rows(path: Path, most: int) -> Iterator[dict[str, str]]:
    """By column, for a page."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in islice(csv.DictReader(file), most):
            yield {str(name): str(cell) for name, cell in row.items() if name is not None}


def blocks(path: Path, length: int) -> Iterator[bytes]:
    """What was committed of the file."""
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, _BLOCK))):
            length -= len(block)
            yield block
