"""Importing from the studio: a file in, a mapping that answers, what would come of it, and done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from marketing.events.models import Event
from marketing.imports.models import Import
from tests.imports.stage import PEOPLE_FILE, checked, counts, imported, table, uploaded, worked

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"
ADD = "/admin/imports/import/add/"


def path(page: str, row: Import, *more: object) -> str:
    return reverse(f"admin:imports_import_{page}", args=[row.pk, *more])


@pytest.fixture
def operator(workspace: Workspace, client: Client) -> Client:
    from django.contrib.auth.models import User

    client.force_login(User.objects.create_superuser("ann", password="long"), backend=BACKEND)
    return client


@pytest.fixture
def member(db: None) -> Callable[..., User]:
    """An operator with just these permissions."""
    from django.contrib.auth.models import Permission, User

    def made(*permissions: str) -> User:
        user = User.objects.create_user("member", password="long", is_staff=True)
        for name in permissions:
            app, _separator, codename = name.partition(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        return user

    return made


def post_file(client: Client, kind: str, data: bytes, name: str = "people.csv") -> Any:
    return client.post(ADD, {"kind": kind, "file": SimpleUploadedFile(name, data)})


def test_studio__when_a_file_goes_its_whole_way__then_its_rows_are_in(operator: Client) -> None:
    answer = post_file(operator, "people", PEOPLE_FILE)
    row = Import.objects.get()
    assert answer["Location"] == path("change", row)
    assert 'hx-get="' in operator.get(path("change", row)).content.decode()
    worked(row)
    page = operator.get(path("change", row)).content.decode()
    assert "Which column is what?" in page and "attribute" in page
    form = {"col-0": "user_id", "col-1": "attribute", "name-1": "town", "type-1": "text",
            "col-2": "", "date_order": "ymd"}  # fmt: skip
    operator.post(path("move", row, "check"), form)
    row.refresh_from_db()
    assert row.mapping == {"user_id": "id", "attribute:town:text": "city"}
    worked(row)
    page = operator.get(path("change", row)).content.decode()
    assert "Import 2 rows" in page and "Empty, but needed" in page
    assert not Event.objects.exists()
    operator.post(path("move", row, "run"))
    row.refresh_from_db()
    assert counts(worked(row)) == (2, 0, 1)
    assert Event.objects.count() == 2
    logged = LogEntry.objects.order_by("id").values_list("user__username", "change_message")
    assert list(logged) == [("ann", "people"), ("ann", "check"), ("ann", "run")]
    assert "The file itself is deleted" in operator.get(path("change", row)).content.decode()


def test_upload__when_it_is_no_table__then_the_page_says_what_it_is_and_nothing_is_kept(
    operator: Client, settings: Settings
) -> None:
    for data, words in ((b"PK\x03\x04 a workbook", "This is a workbook"), (b"", "is empty"),
                        (b"%PDF-1.7", "neither CSV nor Parquet")):  # fmt: skip
        page = post_file(operator, "people", data, "people.csv").content.decode()
        assert words in page
    assert not Import.objects.exists()
    assert not list(Path(settings.IMPORTS_DIR).glob("*"))


def test_upload__when_it_is_too_large__then_refused_and_nothing_is_kept(
    operator: Client, settings: Settings
) -> None:
    settings.MAX_IMPORT_BYTES = 1_000
    for size in (2_000, 200_000):  # found while storing; known before anything is read
        page = post_file(operator, "people", b"id\n" + b"x\n" * (size // 2)).content.decode()
        assert "The file is too large" in page
    assert not Import.objects.exists()
    assert not list(Path(settings.IMPORTS_DIR).glob("*"))


def test_live__when_the_form_changes__then_it_says_what_is_missing_and_stores_nothing(
    operator: Client,
) -> None:
    row = uploaded("people", PEOPLE_FILE)
    before = Import.objects.values().get()
    said = operator.post(path("live", row), {"col-1": "user_id", "col-2": "user_id"})\
        .content.decode()  # fmt: skip
    assert "Another column has the field of “age” already." in said and "readable" in said
    said = operator.post(path("live", row), {"col-1": "push_consent"}).content.decode()
    assert "Needed: User ID." in said
    page = operator.post(path("live", row), {"col-0": "user_id", "col-1": "push_consent"})
    assert "Neither yes nor no" in page.content.decode()
    assert Import.objects.values().get() == before


def test_state__when_it_is_done__then_the_page_is_loaded_anew(operator: Client) -> None:
    row = checked("people", PEOPLE_FILE)
    assert operator.get(path("state", row))["HX-Redirect"] == path("change", row)
    Import.objects.update(state="waiting")
    assert "HX-Redirect" not in operator.get(path("state", row))


def test_errors__when_downloaded__then_they_are_what_was_committed(operator: Client) -> None:
    row = checked("people", PEOPLE_FILE)
    answer = operator.get(path("errors", row))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(data) == row.error_bytes
    assert data.decode("utf-8-sig").splitlines()[0] == "id,city,age,_row,_field,_problem,_fix"
    assert answer["Content-Disposition"].startswith("attachment")
    assert operator.get(path("errors", imported("contents", table(["id", "title"], ["a", "b"]))))\
        .status_code == 404  # fmt: skip


def test_errors__when_read_in_chinese__then_the_page_speaks_chinese_whatever_the_file_does(
    operator: Client,
) -> None:
    row = checked("people", PEOPLE_FILE)
    operator.cookies["django_language"] = "zh-hans"
    page = operator.get(path("change", row)).content.decode()
    assert "必填项为空" in page and "Empty, but needed" not in page


def test_permissions__when_somebody_may_only_look__then_nothing_can_be_moved(
    client: Client, workspace: Workspace, member: Callable[..., User]
) -> None:
    row = checked("people", PEOPLE_FILE)
    client.force_login(member("imports.view_import"), backend=BACKEND)
    page = client.get(path("change", row)).content.decode()
    assert "Import 2 rows" not in page
    assert client.get(path("errors", row)).status_code == 200
    assert client.get(ADD).status_code == 403
    for verb in ("look", "check", "run", "stop", "go_on", "discard"):
        assert client.post(path("move", row, verb)).status_code == 404
    row.refresh_from_db()
    assert (row.phase, row.state) == ("check", "done")


def test_permissions__when_the_kind_is_not_theirs__then_it_is_not_offered_and_not_taken(
    client: Client, workspace: Workspace, member: Callable[..., User]
) -> None:
    people = checked("people", PEOPLE_FILE)
    mine = ("imports.view_import", "imports.add_import", "imports.change_import",
            "catalog.add_content", "catalog.change_content")  # fmt: skip
    client.force_login(member(*mine), backend=BACKEND)
    page = client.get(ADD).content.decode()
    assert 'value="contents"' in page and 'value="people"' not in page
    assert post_file(client, "people", PEOPLE_FILE).status_code == 200
    assert client.post(path("move", people, "run")).status_code == 404
    assert post_file(client, "contents", table(["id", "title"], ["a", "b"])).status_code == 302
    assert list(Import.objects.values_list("kind", flat=True)) == ["contents", "people"]


def test_errors__for_a_stranger__are_not_there(
    client: Client, workspace: Workspace, member: Callable[..., User]
) -> None:
    row = checked("people", PEOPLE_FILE)
    client.force_login(member(), backend=BACKEND)
    assert {client.get(path(page, row)).status_code for page in ("errors", "state", "change")} <= {
        302, 403, 404,
    }  # fmt: skip


def test_cells__when_they_are_markup__then_every_page_escapes_them(operator: Client) -> None:
    attack = "<img src=x onerror=alert(1)>"
    row = checked("people", table(["id", attack], ["", attack], ["u1", attack]))
    for page in (operator.get(path("change", row)), operator.post(path("live", row), {
        "col-0": "user_id", "col-1": "attribute", "name-1": attack,
    })):  # fmt: skip
        said = page.content.decode()
        assert "onerror" in said and "<img src=x" not in said
