"""A file fills a list: once, whole, after its last row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from marketing.imports import services, working
from marketing.imports.models import Import, ListedId
from marketing.imports.services import KEPT
from marketing.kernel.text import Text
from marketing.people.queries import ordinals_by_external_id
from marketing.personas import services as personas
from marketing.workspace.models import Workspace
from segments import lists, queries
from segments.models import ListChange, Segment
from tests.imports.stage import AT, NOW, checked, counts, error_rows, imported, table, worked
from tests.messages import identify

pytestmark = pytest.mark.django_db
PEOPLE = ("u1", "u2", "u3", "u4")


@pytest.fixture
def fair(workspace: Workspace, send: Callable[..., Any]) -> Segment:
    send(*(identify(user, NOW) for user in PEOPLE))
    personas.rebuild(workspace, NOW)
    return lists.create("fair", Text("Fair", "展会"))


def on(segment: Segment) -> list[str]:
    """Who is on it, once the worker made what was asked."""
    while lists.change_next(NOW, AT):
        pass
    version = queries.newest_version(segment)
    inside = version.members if version else ()
    return sorted(user for user, who in ordinals_by_external_id(PEOPLE).items() if who in inside)


def file(*users: str) -> bytes:
    return table(["id"], *([user] for user in users))


def test_lists__when_a_file_adds__then_strangers_are_wrong_and_the_list_changes_once(
    fair: Segment,
) -> None:
    row = imported("lists", file("u1", "u2", "nobody", "u1"), constants={"list": "fair"})
    assert counts(row) == (2, 1, 1)
    assert [(each["id"], each["_problem"]) for each in error_rows(row)] == [
        ("nobody", "There is no such person")
    ]
    change = ListChange.objects.get()
    assert (change.verb, change.given, change.asked_by, change.asked_at) == ("add", 2, "ann", AT)
    assert on(fair) == ["u1", "u2"]
    assert not ListedId.objects.exists()


def test_lists__when_rows_say_how__then_replace_comes_before_add_and_remove(fair: Segment) -> None:
    lists.add(fair, ["u1", "u4"], NOW)
    rows = [["u2", "移出"], ["u3", "replace"], ["u4", "add"], ["u2", "Replace"]]
    imported("lists", table(["id", "change"], *rows), constants={"list": "fair"})
    assert on(fair) == ["u3", "u4"]


def test_lists__when_only_checked__then_nothing_changes(fair: Segment) -> None:
    row = checked("lists", file("u1", "u2"), constants={"list": "fair", "change": "replace"})
    assert counts(row) == (2, 0, 0)
    assert not (ListedId.objects.exists() or ListChange.objects.exists())


@pytest.mark.parametrize("key", ["nowhere", "rule"])
def test_lists__when_it_is_no_list__then_every_row_is_wrong(fair: Segment, key: str) -> None:
    Segment.objects.create(key="rule", name="r", condition={"version": 1, "condition": {"all": []}})
    row = checked("lists", file("u1"), constants={"list": key})
    assert (counts(row), row.faults[0]["code"]) == ((0, 0, 1), "no_list")


def test_lists__when_the_change_is_no_word_for_one__then_the_row_is_wrong(fair: Segment) -> None:
    row = checked("lists", file("u1"), constants={"list": "fair", "change": "burn"})
    assert row.faults[0]["code"] == "bad_list_change"


def test_lists__when_a_worker_dies_before_the_end__then_the_next_finishes_the_same(
    fair: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    row = checked("lists", file("u1", "u2", "u3"), constants={"list": "fair"})
    monkeypatch.setattr(working, "_finish", lambda row: 1 / 0)
    services.run(row, services.Asker(NOW, AT, by="ann"))
    assert worked(row).state == Import.State.FAILED
    assert (ListedId.objects.count(), ListChange.objects.count()) == (3, 0)
    monkeypatch.undo()
    services.go_on(row, services.Asker(NOW, AT, by="ann"))
    assert worked(row).is_done
    assert on(fair) == ["u1", "u2", "u3"]


def test_lists__when_somebody_is_erased_meanwhile__then_no_id_waits_any_more(fair: Segment) -> None:
    ListedId.objects.create(key="import-1", segment="fair", verb="add", user_id="u1")
    services.forget_files()
    assert not ListedId.objects.exists()


@pytest.mark.parametrize("end", [services.discard, lambda row: services.prune(AT + 2 * KEPT)])
def test_lists__when_the_import_goes__then_what_it_gathered_goes_too(
    fair: Segment, end: Callable[[Import], Any]
) -> None:
    row = checked("lists", file("u1"), constants={"list": "fair"})
    ListedId.objects.create(key=row.key, segment="fair", verb="add", user_id="u1")
    end(row)
    assert not ListedId.objects.exists()
