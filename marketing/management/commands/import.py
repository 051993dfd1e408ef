"""``manage.py import KIND FILE``: the studio's import from a terminal, the same code and rows.

If it is killed, ``manage.py answer`` goes on where it stopped. Ctrl-C stops it for good; the
studio can let it go on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from marketing.imports import files, services
from marketing.imports.error_file import first_rows
from marketing.imports.kinds import KINDS
from marketing.imports.mapping import attribute_of
from marketing.imports.models import Import
from marketing.imports.services import Asker
from marketing.imports.types import Options
from marketing.imports.working import work
from marketing.kernel.errors import MarketingError
from marketing.workspace.asked import work_on
from marketing.workspace.queries import now

_BLOCK = 1 << 20
_SHOWN = 10
_POLL_S = 0.2


class Command(BaseCommand):
    help = "Import people, orders, contents or labels from a CSV or Parquet file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=", ".join(KINDS.names()))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", dest="mapping",
            help="otherwise than the headers say; attribute:NAME:TYPE=COLUMN for an attribute; "
            "FIELD= takes no column",
        )  # fmt: skip
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE",
                            dest="constants", help="one value for all rows")  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="check, and take nothing in")
        parser.add_argument("--by", default="manage.py import", metavar="NAME", help="who asks")
        parser.add_argument("--delimiter", default="", help="found out if it is left out")
        parser.add_argument("--encoding", default="", help="found out if it is left out")
        parser.add_argument("--decimal-comma", action="store_true")
        parser.add_argument("--date-order", default="ymd", help="ymd, dmy or mdy")
        parser.add_argument("--time-zone", default="", help="of times that name none")

    def handle(self, *args: Any, **given: Any) -> None:
        console = Console(highlight=False, soft_wrap=True)
        try:
            row = _imported(given, console)
        except (MarketingError, msgspec.ValidationError, OSError) as error:
            raise CommandError(str(error)) from None
        _report(row, console)
        if row.state != Import.State.DONE:
            problem = row.problem or {}
            raise CommandError(f"{problem.get('message')}. {problem.get('fix')}")
        if row.bad:
            raise CommandError(f"{row.bad:,} rows have problems.")


def _imported(given: dict[str, Any], console: Console) -> Import:
    written = msgspec.convert(
        {name: given[name] for name in Options.__struct_fields__}, Options
    )  # before anything is stored
    asker = Asker(now(), datetime.now(UTC), by=given["by"])
    row = services.upload(given["kind"], given["file"].name, _blocks(given["file"]), asker, written)
    _until_done(row, "Looking", console)
    if row.state != Import.State.DONE:
        return row
    mapping = row.mapping | dict(map(_pair, given["mapping"]))
    services.check(
        row, {target: header for target, header in mapping.items() if header},
        dict(map(_pair, given["constants"])), row.written, asker,
    )  # fmt: skip
    _until_done(row, "Checking", console)
    if row.state == Import.State.DONE and not given["dry_run"]:
        services.run(row, asker)
        _until_done(row, "Importing", console)
    return row


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _pair(text: str) -> tuple[str, str]:
    """``attribute:age:number=Age``: what stands before the first = and after it."""
    name, separator, value = text.partition("=")
    if not separator:
        raise CommandError(f"'{text}' has no =; write FIELD=COLUMN.")
    return name, value


def _until_done(row: Import, title: str, console: Console) -> None:
    """By this process, or by a worker that was faster."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[rows]}"))  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(title, total=1.0, rows="")
        while row.is_waiting:
            _turn(row)
            progress.update(task, completed=row.progress, rows=f"{row.counts.seen:,} rows")


def _turn(row: Import) -> None:
    try:
        if not work_on(row, work, datetime.now(UTC)):
            time.sleep(_POLL_S)
    except KeyboardInterrupt:
        services.stop(row)  # or a worker would go on with what somebody broke off
    row.refresh_from_db()


def _report(row: Import, console: Console) -> None:
    if row.phase == Import.Phase.LOOK:
        return
    done = "imported" if row.is_done else "can be imported"
    console.print(f"{row.good:,} {done}, {row.known:,} known already, {row.bad:,} with problems")
    titles = {field.key: field.title.en for field in KINDS.get(row.kind).fields}
    for fault in row.faults[:_SHOWN]:
        name = titles.get(fault["field"]) or attribute_of(fault["field"]) or "row"
        said = f"{name}: {fault['en']}. {fault['fix_en']}"
        console.print(f"  {fault['n']:>7,} × {said}", markup=False)
    if row.error_bytes:
        path = files.path_of(row.error_file)
        numbers = [each["_row"] for each in first_rows(path, _SHOWN)]
        console.print(f"  first rows: {', '.join(numbers)}; all of them: {path}", markup=False)
