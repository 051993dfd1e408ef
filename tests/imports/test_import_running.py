"""From a file to what it means: once, whole, and with a reason for every row that was not taken."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from marketing import pipeline
from marketing.catalog.models import Content
from marketing.events import upkeep
from marketing.events.models import Event, RejectedEvent
from marketing.imports import files, services, working
from marketing.imports.faults import Refusal
from marketing.imports.models import Import
from marketing.imports.types import Options
from marketing.kernel.moments import microseconds
from marketing.people.models import Consent, Label, LabelGiven, Person
from marketing.people.queries import by_external_id
from marketing.personas.said import say_all
from marketing.workspace.asked import NotYet
from marketing.workspace.models import Cursor, Workspace
from tests.imports.stage import (
    AT,
    NOW,
    asker,
    checked,
    counts,
    error_rows,
    events,
    imported,
    table,
    uploaded,
    worked,
)
from tests.messages import identify

pytestmark = pytest.mark.django_db
PEOPLE = table(
    ["User ID", "城市", "Age", "push_consent"],
    ["u1", "上海", "34", "yes"],
    ["u2", "北京, 朝阳", "28", "no"],
    ["u3", "", "", ""],
)
ORDERS = table(
    ["order_id", "user", "time", "course", "amount", "refunded_at"],
    ["A1", "u1", "2024-05-01 08:00", "algebra", "199.50", ""],
    ["A1", "u1", "2024-05-01 08:00", "calculus", "1,299", "2024-05-03"],
    ["A2", "u2", "2024-05-02", "algebra", "0", ""],
)


def fold() -> None:
    """Everything that was said becomes attributes, as the drain loop does it."""
    end = say_all(Cursor.objects.get_or_create(name="fold")[0])
    end.save()


def test_people__when_imported__then_attributes_and_consents_are_said(workspace: Workspace) -> None:
    row = imported("people", PEOPLE)
    fold()
    assert counts(row) == (3, 0, 0)
    assert row.mapping["attribute:age:number"] == "Age"
    assert by_external_id("u1").attributes == {"城市": "上海", "age": 34, "push_consent": True}
    assert by_external_id("u2").attributes["城市"] == "北京, 朝阳"
    assert by_external_id("u3").attributes == {}
    granted = Consent.objects.filter(channel="push").values_list("person__key", "granted")
    assert dict(granted) == {"user:u1": True, "user:u2": False}


def test_orders__when_imported__then_they_are_events_of_their_local_time(
    workspace: Workspace,
) -> None:
    workspace.time_zone = "Asia/Shanghai"
    workspace.save()
    imported("orders", ORDERS)
    eight = microseconds(datetime(2024, 5, 1, 0, 0, tzinfo=UTC))
    paid = [(user, at, p["order_id"], p["content"], p["price_cents"])
            for user, at, p in events("Order Completed")]  # fmt: skip
    assert paid == [
        ("u1", eight, "A1", "algebra", 19950),
        ("u1", eight, "A1", "calculus", 129900),
        ("u2", eight + 16 * 3_600_000_000, "A2", "algebra", 0),
    ]
    ((_user, at, refund),) = events("Order Refunded")
    assert at == microseconds(datetime(2024, 5, 2, 16, 0, tzinfo=UTC))
    assert (refund["content"], refund["price_cents"]) == ("calculus", 129900)


def test_parquet__whatever_it_is_called__then_read_by_what_it_is(workspace: Workspace) -> None:
    held = io.BytesIO()
    paid = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
    columns = {"order_id": ["A1", "A2"], "user": ["u1", None], "time": [paid, paid],
               "price_cents": [19950, 5]}  # fmt: skip
    pq.write_table(pa.table(columns), held)
    row = imported("orders", held.getvalue())
    assert (row.format, row.file_name, counts(row)) == ("parquet", "file.csv", (1, 0, 1))
    assert [(at, p["price_cents"]) for _u, at, p in events("Order Completed")] == [
        (microseconds(paid), 19950)
    ]


def test_check__when_done__then_nothing_was_taken_and_the_counts_are_those_of_the_import(
    workspace: Workspace,
) -> None:
    row = checked("orders", ORDERS)
    assert counts(row) == (3, 0, 0)
    assert not Event.objects.exists()
    assert not Person.objects.exists()
    services.run(row, asker())
    assert counts(worked(row)) == (3, 0, 0)
    assert Event.objects.count() == 4


@pytest.mark.parametrize(("kind", "data"), [("people", PEOPLE), ("orders", ORDERS)])
def test_file__when_imported_twice__then_its_rows_are_known_and_nothing_is_doubled(
    workspace: Workspace, kind: str, data: bytes
) -> None:
    imported(kind, data)
    fold()
    before = list(Event.objects.order_by("id").values_list())
    again = imported(kind, data, now=NOW + timedelta(days=1))
    assert counts(again) == (0, 3, 0)
    assert list(Event.objects.order_by("id").values_list()) == before


def test_orders__when_the_log_has_forgotten_them__then_they_are_still_known(
    workspace: Workspace,
) -> None:
    imported("orders", ORDERS)
    for name in ("archive", "fold", "campaigns", "catalogue"):
        Cursor.objects.update_or_create(name=name, defaults={"position": 10**6})
    later = NOW + timedelta(days=90)
    assert upkeep.trim(later, 30) == 4
    assert counts(imported("orders", ORDERS, now=later)) == (0, 3, 0)
    assert not Event.objects.exists()


def test_order__when_its_refund_comes_with_a_later_file__then_the_refund_alone_is_sent(
    workspace: Workspace,
) -> None:
    head = ["order_id", "user", "time", "amount", "refunded_at", "refund"]
    first = ["A1", "u1", "2024-05-01", "10", "", ""]
    imported("orders", table(head, first))
    row = imported("orders", table(head, [*first[:4], "2024-06-01", "4.50"]))
    assert counts(row) == (1, 0, 0)
    assert len(events("Order Completed")) == 1
    assert [p["price_cents"] for _u, _at, p in events("Order Refunded")] == [450]


def test_people__when_an_older_file_is_imported_again__then_the_person_is_as_it_says(
    workspace: Workspace,
) -> None:
    def city(name: str, days: int) -> None:
        imported("people", table(["id", "city"], ["u1", name]), now=NOW + timedelta(days=days))
        fold()

    for day, name in enumerate(["上海", "北京", "上海"]):
        city(name, day)
        assert by_external_id("u1").attributes["city"] == name


def test_people__when_a_file_says_two_things_of_one__then_the_later_row_counts(
    workspace: Workspace,
) -> None:
    for day, names in enumerate((["a", "z"], ["z", "a"])):
        rows = (["u1", name] for name in names)
        imported("people", table(["id", "city"], *rows), now=NOW + timedelta(days=day))
        fold()
        assert by_external_id("u1").attributes["city"] == names[-1]


def test_people__when_the_row_says_as_of_when__then_what_was_said_later_stays(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    send(identify("u1", NOW - timedelta(days=2), city="b"))
    fold()
    imported("people", table(["id", "city", "as of"], ["u1", "a", "2024-05-01"]))
    fold()
    assert by_external_id("u1").attributes["city"] == "b"


def test_contents__when_imported__then_made_or_changed_and_empty_cells_change_nothing(
    workspace: Workspace,
) -> None:
    Content.objects.create(external_id="a", title="old", school="s", price_cents=5,
                           price_assigned=True)  # fmt: skip
    data = table(
        ["id", "title", "school", "price", "concepts"],
        ["a", "Algebra", "", "199", "vectors; matrices"],
        ["b", "Calculus", "t", "", ""],
    )
    assert counts(imported("contents", data)) == (2, 0, 0)
    a, b = Content.objects.order_by("external_id")
    assert (a.title, a.school, a.price_cents, a.price_assigned) == ("Algebra", "s", 19900, False)
    assert sorted(a.concepts.values_list("name", flat=True)) == ["matrices", "vectors"]
    assert (b.title, b.school, b.price_cents) == ("Calculus", "t", 0)
    assert counts(imported("contents", data)) == (0, 2, 0)


def test_labels__when_imported__then_given_by_hand_and_strangers_are_wrong(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    Label.objects.create(key="vip", name="VIP")
    send(identify("u1", NOW))
    data = table(["uid"], ["u1"], ["u1"], ["nobody"])
    row = imported("labels", data, constants={"label": "vip", "value": "gold"})
    assert counts(row) == (1, 1, 1)
    given = LabelGiven.objects.get()
    assert (given.label.key, given.value, given.source, given.given_by, given.given_at) == (
        "vip", "gold", "manual", "ann", NOW,
    )  # fmt: skip
    assert row.faults[0]["code"] == "unknown_person"


def test_errors__when_rows_are_wrong__then_the_file_says_which_where_and_what_to_do(
    workspace: Workspace,
) -> None:
    data = table(
        ["order_id", "user", "time", "amount"],
        ["A1", "u1", "2024-05-01", "10"],
        ["A2", "", "2024-05-01", "10"],
        ["A3", "u1", "yesterday", "10"],
        ["A4", "u1", "2024-05-01", "12,5"],
        ["A5", "u1", "2024-05-01"],
    )
    row = imported("orders", data, language="zh")
    assert counts(row) == (1, 0, 4)
    found = [(e["_row"], e["_field"], e["_problem"]) for e in error_rows(row)]
    assert found == [
        ("3", "用户 ID", "必填项为空"), ("4", "下单时间", "不是日期或时间"),
        ("5", "实付金额", "不是数字"), ("6", "", "单元格少于列数"),
    ]  # fmt: skip
    assert error_rows(row)[1]["order_id"] == "A3"
    assert all(e["_fix"] for e in error_rows(row))
    assert sum(fault["n"] for fault in row.faults) == 4
    assert not RejectedEvent.objects.exists()


def test_errors__when_cells_look_like_formulas__then_the_file_is_safe_and_comes_back_as_it_was(
    workspace: Workspace,
) -> None:
    cells = ["=1+1", "+8613800138000", "-x", "@sum", "'quoted"]
    rows = [["", cell] for cell in cells]
    row = imported("people", table(["id", "=note"], *rows))
    lines = error_rows(row)
    assert [line["'=note"] for line in lines] == ["'=1+1", "'+8613800138000", "'-x", "'@sum",
                                                  "'quoted"]  # fmt: skip
    mended = files.path_of(row.error_file).read_bytes().replace(b"\n,", b"\nu1,")
    again = imported("people", mended.replace(b"'=note", b"note"))
    fold()
    assert counts(again) == (5, 0, 0)
    assert [p["note"] for _u, _at, p in events("$identify")] == cells


def test_import__when_done__then_the_file_is_gone_and_the_error_file_stays(
    workspace: Workspace,
) -> None:
    row = imported("people", table(["id", "age"], ["u1", "3"], ["", "4"]))
    left = {path.name for path in Path(django_settings.IMPORTS_DIR).iterdir()}
    assert left == {row.error_file}
    assert (row.stored, row.sample) == ("", [])
    services.prune(AT + timedelta(days=31))
    assert not list(Path(django_settings.IMPORTS_DIR).iterdir())
    assert not Import.objects.exists()


def test_import__when_too_many_rows_are_wrong__then_it_stops_and_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    monkeypatch.setattr(working, "MOST_BAD", 3)
    row = checked("people", table(["id"], *([" x" * 200] for _ in range(9))))
    assert (row.state, (row.problem or {})["code"], row.bad) == (
        Import.State.REFUSED, "too_many_bad_rows", 4,
    )  # fmt: skip


def test_import__when_the_warehouse_is_behind__then_its_rows_wait_and_none_is_lost(
    workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_PAUSE_S", 0.0)
    row = checked("orders", ORDERS)
    services.run(row, asker())
    settings.MAX_UNARCHIVED_EVENTS = -1
    assert pipeline.answer(workspace, NOW, AT) == 0
    row.refresh_from_db()
    assert (row.state, row.position, row.tries) == (Import.State.WAITING, 0, 0)
    settings.MAX_UNARCHIVED_EVENTS = 1_000
    assert pipeline.answer(workspace, NOW, AT) == 1
    row.refresh_from_db()
    assert (row.state, counts(row)) == (Import.State.DONE, (3, 0, 0))
    assert Event.objects.count() == 4


def test_import__when_its_turn_is_over__then_it_goes_on_with_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 1)
    monkeypatch.setattr(working, "_TURN_S", 0.0)
    row = checked("orders", ORDERS)
    services.run(row, asker())
    with pytest.raises(NotYet):
        working.work(row, lambda share: None)
    row.refresh_from_db()
    assert (row.position, row.good, Event.objects.count()) == (1, 1, 1)
    assert counts(worked(row)) == (3, 0, 0)


def test_import__when_stopped__then_what_is_in_stays_and_it_can_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 1)
    monkeypatch.setattr(working, "_TURN_S", 0.0)
    row = checked("orders", ORDERS)
    services.run(row, asker())
    with pytest.raises(NotYet):
        working.work(row, lambda share: None)
    stale = Import.objects.get(pk=row.pk)
    services.stop(row)
    working.work(stale, lambda share: None)  # a worker that did not hear of it takes nothing more
    assert Event.objects.count() == 1
    with pytest.raises(Refusal):
        services.run(row, asker())
    services.go_on(row, asker())
    assert counts(worked(row)) == (3, 0, 0)
    assert Event.objects.count() == 4


def test_mapping__when_a_needed_field_has_no_column__then_nothing_is_read(
    workspace: Workspace,
) -> None:
    row = uploaded("orders", table(["order_id", "user"], ["A1", "u1"]))
    with pytest.raises(Refusal) as caught:
        services.check(row, row.mapping, {}, Options(), asker())
    assert (
        caught.value.fault.fix.zh == "缺少必填项：下单时间。缺少必填项：实付金额或实付金额（分）。"
    )
    row.refresh_from_db()
    assert row.phase == Import.Phase.LOOK
