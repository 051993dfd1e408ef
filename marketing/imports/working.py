"""What a worker does for an import: looks at the file, checks its rows, takes them in.

Rows go in chunks. One transaction holds what a chunk does, the counts and the position, so a killed
worker's successor goes on after the last whole chunk, and the result is that of one who lived.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from marketing.imports import files, looking
from marketing.imports.error_file import ErrorFile
from marketing.imports.faults import NO_FILE, TOO_MANY_BAD, Refusal, Wrong
from marketing.imports.kinds import KINDS, Kind
from marketing.imports.mapping import Reader
from marketing.imports.models import Import
from marketing.imports.tables import Record, Table, open_table
from marketing.imports.types import Counts, Options, Setting
from marketing.kernel.errors import Unavailable
from marketing.kernel.text import Language
from marketing.workspace.asked import NotYet, Progress
from marketing.workspace.queries import workspace

CHUNK = 1_000
MOST_BAD = 100_000
# Then others have their turn.
_TURN_S = 8.0
_PAUSE_S = 2.0


@dataclass(frozen=True)
class _Read:
    """A chunk: its records, and of each either its value or what is wrong with it."""

    records: int
    values: list[tuple[Record, Any]]
    wrong: list[tuple[Record, Wrong]]


def work(row: Import, progress: Progress) -> None:
    """One turn. Raises Refusal, or NotYet where more is to be done."""
    if row.is_read:
        _finish(row)
        return
    path = files.path_of(row.stored)
    if not row.stored or not path.exists():
        raise Refusal(NO_FILE)
    table = open_table(path, row.format, row.written)
    if row.phase == Import.Phase.LOOK:
        looking.look(row, table)
        return
    if _through(row, table, progress):
        row.refresh_from_db()
        _finish(row)


def _through(row: Import, table: Table, progress: Progress) -> bool:
    """Whether all rows are read; False: somebody stopped it or took its file away."""
    ends = time.monotonic() + _TURN_S
    reader = reader_of(row, table)
    records = table.records(row.position)
    while chunk := list(islice(records, CHUNK)):
        if not _take(row, reader, _read(reader, chunk)):
            _clear(row)
            return False
        progress(table.share())
        if row.bad > MOST_BAD:
            raise Refusal(TOO_MANY_BAD)
        if time.monotonic() > ends:
            raise NotYet(worked=True)
    return bool(_mine(row).update(is_read=True))


def _clear(row: Import) -> None:
    """Whoever took the files away did not know of the one that is written just now."""
    if not Import.objects.filter(pk=row.pk, error_file=row.error_file).exists():
        files.remove(row.error_file)


def reader_of(row: Import, table: Table) -> Reader:
    kind = KINDS.get(row.kind)
    return Reader(kind, table.headers, row.mapping, row.constants, setting_of(row, table.options))


def setting_of(row: Import, written: Options) -> Setting:
    """The same in every attempt of a phase."""
    space = workspace()
    return Setting(
        now=row.as_of,
        zone=ZoneInfo(written.time_zone) if written.time_zone else space.zone,
        currency=space.currency,
        decimal_comma=written.decimal_comma,
        date_order=written.date_order,
        key=row.key,
        given_by=row.asked_by[:120],
        asked_at=row.asked_at,
    )


def _read(reader: Reader, chunk: Sequence[Record]) -> _Read:
    values: list[tuple[Record, Any]] = []
    wrong: list[tuple[Record, Wrong]] = []
    for record in chunk:
        if record.is_blank:
            continue
        try:
            values.append((record, reader.read(record)))
        except Wrong as error:
            wrong.append((record, error))
    return _Read(len(chunk), values, wrong)


def _take(row: Import, reader: Reader, read: _Read) -> bool:
    """One chunk, wholly or not at all. False where the row is no longer this worker's."""
    kind = reader.kind
    try:
        with transaction.atomic():
            good, known, wrong = _examined(kind, reader.setting, read)
            if row.phase == Import.Phase.RUN and good:
                kind.apply(good, reader.setting)
            wrong.sort(key=lambda each: each[0].number)
            length = _errors(row).add(wrong)
            counts = Counts(good=len(good), known=known, bad=len(wrong))
            return _moved(row, read.records, counts, wrong, length)
    except Unavailable as error:
        if error.code != "backlog_full":
            raise
        time.sleep(_PAUSE_S)  # the warehouse is behind: the rows wait, none is lost
        raise NotYet(worked=False) from None


def _examined(
    kind: type[Kind[Any]], setting: Setting, read: _Read
) -> tuple[list[Any], int, list[tuple[Record, Wrong]]]:
    """What changes something, how many rows change nothing, what cannot be taken."""
    values = [value for _record, value in read.values]
    found = kind.examine(values, setting) if values else None
    if found is None:
        return [], 0, list(read.wrong)
    good = [value for i, value in enumerate(values) if i not in found.known | found.wrong.keys()]
    wrong = [(read.values[i][0], error) for i, error in found.wrong.items()]
    return good, len(found.known), [*read.wrong, *wrong]


def _moved(
    row: Import, records: int, counts: Counts, wrong: Sequence[tuple[Record, Wrong]], length: int
) -> bool:
    """The position and the counts, if the row still stands where this worker left it."""
    faults = tally(row.faults, wrong)
    moved = _mine(row).update(
        position=F("position") + records, good=F("good") + counts.good,
        known=F("known") + counts.known, bad=F("bad") + counts.bad, faults=faults,
        error_bytes=length,
    )  # fmt: skip
    if not moved:
        transaction.set_rollback(True)
        return False
    row.position, row.bad, row.faults, row.error_bytes = (
        row.position + records, row.bad + counts.bad, faults, length,
    )  # fmt: skip
    return True


def _mine(row: Import) -> Any:
    return Import.objects.filter(
        pk=row.pk, state=Import.State.WAITING, phase=row.phase, stored=row.stored,
        position=row.position, is_read=False,
    )  # fmt: skip


def tally(
    faults: Sequence[dict[str, Any]], wrong: Sequence[tuple[Record, Wrong]]
) -> list[dict[str, Any]]:
    """How often what was wrong with which field, the commonest first."""
    found = {(each["field"], each["code"]): dict(each) for each in faults}
    for _record, error in wrong:
        fault = error.fault
        one = found.setdefault((error.field, fault.code), {
            "field": error.field, "code": fault.code, "en": fault.what.en, "zh": fault.what.zh,
            "fix_en": fault.fix.en, "fix_zh": fault.fix.zh, "n": 0,
        })  # fmt: skip
        one["n"] += 1
    return sorted(found.values(), key=lambda each: (-each["n"], each["field"], each["code"]))


def _errors(row: Import) -> ErrorFile:
    language: Language = "zh" if row.language == "zh" else "en"
    titles = {field.key: field.title.say(language) for field in KINDS.get(row.kind).fields}
    return ErrorFile(files.path_of(row.error_file), row.error_bytes, row.headers, titles, language)


def _finish(row: Import) -> None:
    """After the last row; a worker that dies here is followed by one that does it again."""
    if row.phase != Import.Phase.RUN:
        return
    KINDS.get(row.kind).finish(setting_of(row, row.written))
    files.remove(row.stored)  # before it is forgotten that it is there
    Import.objects.filter(pk=row.pk).update(stored="", sample=[])


def sample_records(row: Import) -> Iterator[Record]:
    """The first rows that were looked at, as they were read."""
    for number, cells in enumerate(row.sample, start=2):
        yield Record(number, tuple(cells))
