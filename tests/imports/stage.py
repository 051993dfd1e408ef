"""Imports from upload to done, by the services that the studio and the command use."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from marketing.events.models import Event
from marketing.imports import files, services
from marketing.imports.models import Import
from marketing.imports.services import Asker
from marketing.imports.types import Options
from marketing.imports.working import work
from marketing.kernel.text import Language
from marketing.workspace.asked import work_on

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def asker(now: datetime = NOW, language: Language = "en") -> Asker:
    return Asker(now, AT, by="ann", language=language)


def table(*rows: Sequence[object], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def uploaded(kind: str, data: bytes, written: Options | None = None, **more: Any) -> Import:
    """Looked at."""
    row = services.upload(kind, "file.csv", [data], asker(**more), written or Options())
    return worked(row)


def worked(row: Import) -> Import:
    """Until nothing more is to be done, or it cannot be done."""
    while row.is_waiting:
        work_on(row, work, AT)
        row.refresh_from_db()
    return row


def checked(
    kind: str, data: bytes, written: Options | None = None, *,
    mapping: dict[str, str] | None = None, constants: dict[str, str] | None = None, **more: Any,
) -> Import:  # fmt: skip
    row = uploaded(kind, data, written, **more)
    assert row.state == Import.State.DONE, row.problem
    services.check(row, mapping or row.mapping, constants or {}, row.written, asker(**more))
    return worked(row)


def imported(kind: str, data: bytes, written: Options | None = None, **more: Any) -> Import:
    row = checked(kind, data, written, **more)
    assert row.state == Import.State.DONE, row.problem
    services.run(row, asker(more.get("now", NOW), more.get("language", "en")))
    return worked(row)


def counts(row: Import) -> tuple[int, int, int]:
    """Good, known, bad."""
    return row.good, row.known, row.bad


def error_rows(row: Import) -> list[dict[str, str]]:
    if not row.error_bytes:
        return []
    data = files.path_of(row.error_file).read_bytes()
    assert len(data) == row.error_bytes
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def events(name: str) -> list[tuple[str, int, dict[str, Any]]]:
    """User, microseconds, properties, in time."""
    found = Event.objects.filter(name=name).select_related("person").order_by("at_us", "id")
    return [(e.person.external_id, e.at_us, orjson.loads(e.properties)) for e in found]


PEOPLE_FILE = table(["id", "city", "age"], ["u1", "north", "3"], ["", "north", "4"], ["u2", "", ""])
