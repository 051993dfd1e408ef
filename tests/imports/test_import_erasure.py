"""Who is erased is in no stored file any more, and no import brings them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from marketing.imports import services, working
from marketing.imports.faults import Refusal
from marketing.imports.models import Import
from marketing.people.models import Identity
from marketing.workspace.asked import NotYet
from marketing.workspace.models import Workspace
from tests.imports.stage import NOW, asker, checked, imported, table, uploaded, worked
from tests.people.forgetting import forgotten

pytestmark = pytest.mark.django_db
FILE = table(["id", "age"], ["ann-secret", "3"], ["bob", "4"], ["", "5"])


def on_disk() -> bytes:
    return b"".join(path.read_bytes() for path in Path(settings.IMPORTS_DIR).iterdir())


def in_rows() -> str:
    return str(list(Import.objects.values_list()))


def test_erase__when_files_are_stored__then_all_go_and_what_waits_is_refused(
    workspace: Workspace,
) -> None:
    done = imported("people", FILE)
    draft, ready = uploaded("people", FILE), checked("people", FILE)
    assert b"ann-secret" in on_disk() and done.error_bytes
    found = forgotten("ann-secret", workspace, NOW)
    assert found.counts["files"] == 4
    assert on_disk() == b"" and "ann-secret" not in in_rows()
    done.refresh_from_db()
    assert done.is_done
    for row in (draft, ready):
        row.refresh_from_db()
        assert (row.problem or {})["code"] == "erased_meanwhile"
        with pytest.raises(Refusal):
            services.run(row, asker())
        with pytest.raises(Refusal):
            services.go_on(row, asker())


def test_erase__while_an_import_runs__then_it_stops_and_leaves_no_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 1)
    monkeypatch.setattr(working, "_TURN_S", 0.0)
    row = checked("people", table(["id"], ["ann-secret"], ["bob"], ["z" * 300], ["carl"]))
    services.run(row, asker())
    with pytest.raises(NotYet):
        working.work(row, lambda share: None)
    stale = Import.objects.get(pk=row.pk)
    before = list(Path(settings.IMPORTS_DIR).iterdir())
    kept = {path: path.read_bytes() for path in before}
    forgotten("ann-secret", workspace, NOW)
    for path, data in kept.items():
        path.write_bytes(data)  # as a worker sees it that has the file open
    working.work(stale, lambda share: None)
    assert not Identity.objects.exclude(key="user:bob").exists()
    assert not files_of(stale)
    assert worked(row).state == Import.State.REFUSED


def files_of(row: Import) -> list[Path]:
    return list(Path(settings.IMPORTS_DIR).glob(row.error_file))
