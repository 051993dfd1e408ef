"""A worker dies at every point of a chunk and of the end: the result is that of one who lived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from marketing.events.models import Event
from marketing.imports import files, services, working
from marketing.imports.error_file import ErrorFile
from marketing.imports.kinds import KINDS
from marketing.imports.models import Import
from marketing.workspace.asked import work_on
from marketing.workspace.models import Workspace
from tests.imports.stage import AT, asker, checked, counts, error_rows, table, worked

pytestmark = pytest.mark.django_db
ORDERS = KINDS.get("orders")
FILE = table(
    ["order_id", "user", "time", "amount"],
    *([f"A{i}", f"u{i}", "2024-05-01", "x" if i % 3 == 1 else "5"] for i in range(7)),
)


class Killed(BaseException):
    """What no handler of ours catches, as a kill is."""


def die(*_args: object, **_named: object) -> None:
    raise Killed


def after(whole: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, then die."""

    def then_dies(*args: object, **named: object) -> object:
        whole(*args, **named)
        raise Killed

    return then_dies


POINTS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "before the rows": (ORDERS, "apply", die),
    "after the rows": (ORDERS, "apply", staticmethod(after(ORDERS.apply))),
    "after the error file": (ErrorFile, "add", after(ErrorFile.add)),
    "before the position": (working, "_moved", die),
    "after the position, before the commit": (working, "_moved", after(working._moved)),
    "after the commit": (working, "_take", after(working._take)),
    "before the end": (working, "_finish", die),
    "within the end": (ORDERS, "finish", die),
    "before the file goes": (files, "remove", die),
    "after the file is gone": (files, "remove", after(files.remove)),
    "after the end": (working, "_finish", after(working._finish)),
}


@pytest.mark.parametrize("point", POINTS)
def test_crash__anywhere__then_the_next_worker_ends_it_as_if_nothing_was(
    point: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    row = checked("orders", FILE)
    services.run(row, asker())
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(*POINTS[point])
        work_on(row, working.work, AT)
    assert counts(worked(row)) == (5, 0, 2)
    assert (row.state, row.is_done, row.tries) == (Import.State.DONE, True, 2)
    assert [each["order_id"] for each in error_rows(row)] == ["A1", "A4"]
    assert [fault["n"] for fault in row.faults] == [2]
    assert Event.objects.count() == 5
    left = [path.name for path in Path(settings.IMPORTS_DIR).iterdir()]
    assert left == [row.error_file]
