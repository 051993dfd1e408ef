"""One row of a file, by field: what a kind's ``parse`` reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from marketing.imports import cells
from marketing.imports.faults import BAD_CURRENCY, TOO_LONG, Wrong
from marketing.imports.types import Setting

V = TypeVar("V")
LONGEST = 2_000
ATTRIBUTE = "attribute:"


class Row:
    """``number``: as a spreadsheet shows it, the header being row 1.

    ``values``: target (a field's key, or ``attribute:name:type``) to the cell's text. Every reader
    gives None for an empty cell and raises Wrong, naming the field, for what it cannot read.
    """

    def __init__(self, number: int, values: Mapping[str, str], setting: Setting) -> None:
        self.number = number
        self.setting = setting
        self._values = values

    def has(self, key: str) -> bool:
        return bool(self._values.get(key, "").strip())

    def text(self, key: str, longest: int = LONGEST) -> str:
        """Empty where the cell is."""
        value = self._values.get(key, "").strip()
        if len(value) > longest:
            raise Wrong(TOO_LONG, key)
        return value

    def whole(self, key: str, most: int = cells.MOST) -> int | None:
        return self._read(key, lambda text: cells.whole(text, self.setting, most))

    def flag(self, key: str) -> bool | None:
        return self._read(key, cells.flag)

    def moment(self, key: str) -> datetime | None:
        return self._read(key, lambda text: cells.moment(text, self.setting))

    def cents(self, key: str, currency: str, most: int = cells.MOST) -> int | None:
        """Minor units: of ``key`` in major ones, or of ``key_cents`` as they are."""
        if self.has(f"{key}_cents"):
            return self.whole(f"{key}_cents", most)
        return self._read(key, lambda text: cells.cents(text, currency, self.setting, most))

    def currency(self, key: str) -> str:
        """Three capital letters; the workspace's where the cell is empty."""
        code = cells.plain(self.text(key)).upper() or self.setting.currency
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise Wrong(BAD_CURRENCY, key)
        return code

    def attributes(self) -> dict[str, object]:
        """Name to value of every ``attribute:name:type`` whose cell is not empty."""
        found: dict[str, object] = {}
        for target in self._values:
            if target.startswith(ATTRIBUTE) and self.has(target):
                _prefix, name, reads = target.split(":")
                found[name] = self._read(target, lambda text, reads=reads: self._as(reads, text))  # type: ignore[misc]
        return found

    def _as(self, reads: str, text: str) -> object:
        if reads == "number":
            return cells.number(text, self.setting)
        if reads == "flag":
            return cells.flag(text)
        if reads == "date":
            return cells.day(text, self.setting)
        if len(text.strip()) > LONGEST:
            raise Wrong(TOO_LONG)
        return text.strip()

    def _read(self, key: str, read: Callable[[str], V]) -> V | None:
        if not self.has(key):
            return None
        try:
            return read(self._values[key])
        except Wrong as error:
            raise Wrong(error.fault, key) from None
