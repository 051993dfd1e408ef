"""The first look at a file: its columns, its first rows, what the cells look like, a mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec

from marketing.imports import cells
from marketing.imports.faults import EMPTY_FILE, Refusal, Wrong
from marketing.imports.kinds import KINDS
from marketing.imports.mapping import guess
from marketing.imports.models import Import
from marketing.imports.tables import Table
from marketing.imports.types import Setting

SAMPLE = 20
_LOOKED_AT = 1_000
_LONGEST = 300
# Digits that count something; longer ones, and those after a zero, are names of something.
_AMOUNT = re.compile(r"[+-]?(0|[1-9]\d{0,8})([.,]\d+)?")


def look(row: Import, table: Table) -> None:
    """Raises Refusal where there are no rows."""
    records = [each for each in islice(table.records(), _LOOKED_AT) if not each.is_blank]
    if not records:
        raise Refusal(EMPTY_FILE)
    whole = [record.cells for record in records if record.fault is None]
    looks = [look_of([row[i] for row in whole]) for i in range(len(table.headers))]
    mapping = guess(KINDS.get(row.kind), table.headers, looks)
    Import.objects.filter(pk=row.pk, stored=row.stored).update(
        headers=table.headers,
        looks=looks,
        sample=[[cell.replace("\x00", "")[:_LONGEST] for cell in cells]
                for cells in whole[:SAMPLE]],
        mapping=row.mapping or mapping,
        options=msgspec.to_builtins(table.options),
    )  # fmt: skip


def look_of(column: Sequence[str]) -> str:
    """What all of its cells are: flag, number or date; else text."""
    told = [cell.strip() for cell in column if cell.strip()]
    if not told:
        return "text"
    words = {cells.plain(cell).lower() for cell in told}
    if words <= cells.YES | cells.NO and not words <= {"0", "1"}:
        return "flag"
    if all(_AMOUNT.fullmatch(cell) for cell in told):
        return "number"
    return "date" if all(map(_is_date, told)) else "text"


def _is_date(cell: str) -> bool:
    setting = Setting(datetime(2100, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), date_order="dmy")
    try:
        cells.day(cell, setting)
    except Wrong:
        return False
    return not cell.isdigit()
