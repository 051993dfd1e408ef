"""``manage.py import``: the same import from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketing.events.models import Event
from marketing.imports import services
from marketing.imports.kinds import KINDS
from marketing.imports.models import Import
from marketing.people.models import LabelGiven
from marketing.workspace.models import Workspace
from tests.imports.stage import AT, PEOPLE_FILE, counts, events, table

pytestmark = pytest.mark.django_db


def stored(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    return str(path)


def test_command__when_every_row_is_good__then_it_is_imported_and_says_how_many(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = table(["id", "Ort", "age"], ["u1", "Köln", "3"], ["u2", "Bonn", "4"])
    call_command("import", "people", stored(tmp_path, data), "--map", "attribute:city:text=Ort",
                 "--map", "attribute:ort:text=", "--by", "ann")  # fmt: skip
    assert "2 imported, 0 known already, 0 with problems" in capsys.readouterr().out
    assert [p for _u, _at, p in events("$identify")] == [
        {"city": "Köln", "age": 3}, {"city": "Bonn", "age": 4},
    ]  # fmt: skip
    assert Import.objects.get().asked_by == "ann"


def test_command__when_rows_are_wrong__then_it_prints_them_and_fails(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="1 rows have problems"):
        call_command("import", "people", stored(tmp_path, PEOPLE_FILE))
    said = capsys.readouterr().out
    assert "1 × User ID: Empty, but needed. Fill it in." in said and "first rows: 3" in said
    assert counts(Import.objects.get()) == (2, 0, 1)


def test_command__with_dry_run__then_nothing_is_taken(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import", "people", stored(tmp_path, table(["id"], ["u1"])), "--dry-run")
    assert "1 can be imported" in capsys.readouterr().out
    assert not Event.objects.exists()


def test_command__with_one_value_for_all_rows__then_every_row_has_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    call_command("import", "people", stored(tmp_path, table(["id"], ["u1"], ["u2"])))
    call_command("import", "labels", stored(tmp_path, table(["id"], ["u1"], ["u2"])),
                 "--set", "label=vip")  # fmt: skip
    assert LabelGiven.objects.filter(label__key="vip", given_by="manage.py import").count() == 2


def test_command__when_broken_off__then_no_worker_goes_on_with_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_arguments: object) -> None:
        raise KeyboardInterrupt

    path = stored(tmp_path, PEOPLE_FILE)
    monkeypatch.setattr(KINDS.get("people"), "apply", broken_off)
    with pytest.raises(CommandError, match="Stopped by an operator"):
        call_command("import", "people", path)
    assert services.answer(AT) == 0
    assert not Event.objects.exists()


@pytest.mark.parametrize(("arguments", "words"), [
    (["peple", "FILE"], "Did you mean 'people'"),
    (["people", "nowhere.csv"], "No such file"),
    (["people", "FILE", "--map", "user_id"], "write FIELD=COLUMN"),
    (["people", "FILE", "--map", "user_id=gone"], "no column “gone”"),
    (["people", "FILE", "--time-zone", "Mars/Base"], "no time zone 'Mars/Base'"),
    (["people", "FILE", "--delimiter", "#"], "Invalid enum value '#'"),
    (["orders", "FILE"], "Needed: User ID"),
])  # fmt: skip
def test_command__when_it_cannot_be_done__then_it_says_why(
    workspace: Workspace, tmp_path: Path, arguments: list[str], words: str
) -> None:
    path = stored(tmp_path, PEOPLE_FILE)
    with pytest.raises(CommandError) as caught:
        call_command("import", *(path if each == "FILE" else each for each in arguments))
    assert words in str(caught.value)
