"""The log, the warehouse, and the two as one table: every event exactly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from marketing.events import archive as archiving
from marketing.events import log, warehouse
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.events.models import Event
from marketing.events.scans import fold_cursor, frame, open_source
from marketing.kernel.errors import Conflict, Unavailable
from marketing.kernel.moments import microseconds
from marketing.people.queries import by_external_id
from marketing.workspace.models import Cursor
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor
from tests.messages import track

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


def stored() -> list[str]:
    """Message ids in the warehouse, with repetitions."""
    table = warehouse.open_table()
    return sorted(table.to_pyarrow_table()["message_id"].to_pylist()) if table else []


def logged() -> list[str]:
    return sorted(Event.objects.values_list("message_id", flat=True))


def at_end() -> Cursor:
    newest = Event.objects.order_by("-id").first()
    return Cursor(name="end", xid=newest.xid if newest else 0, position=newest.id if newest else 0)


def test_archive__when_run_again__then_only_what_is_new_is_appended(send: Send) -> None:
    assert archive(NOW) == 0
    send(track("ann", "A", NOW), track("bob", "B", NOW))
    assert [archive(NOW), archive(NOW)] == [2, 0]
    send(track("ann", "A", NOW))
    assert archive(NOW) == 1
    assert stored() == logged()
    assert cursor("archive").batches == 2


def test_archive__when_it_died_after_the_commit__then_every_event_is_there_once(
    send: Send,
) -> None:
    for number in range(3):
        send(*(track("ann", f"E{i}", NOW) for i in range(2)))
        at = cursor("archive")
        warehouse.append(log.after(at, 100), at.batches + 1)  # and the cursor was never moved
        send(track("bob", "Late", NOW))
        assert archive(NOW) == 1, number
        assert stored() == logged()
    assert log.after(cursor("archive"), 100) == []


def test_archive__when_it_died_before_the_commit__then_the_next_run_does_it_all(
    send: Send,
) -> None:
    send(track("ann", "A", NOW))
    archive(NOW)
    send(track("ann", "B", NOW))
    assert archive(NOW) == 1
    assert stored() == logged()


def test_archive__when_there_is_much__then_it_goes_in_batches_and_misses_nothing(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "BATCH_ROWS", 3)
    send(*(track("ann", "A", NOW) for _ in range(8)))
    assert archive(NOW) == 8
    assert (cursor("archive").batches, stored()) == (3, logged())


def test_move_cursor__when_another_moved_it_in_between__then_it_is_a_conflict() -> None:
    mine, other = cursor("archive"), cursor("archive")
    move_cursor(other, 0, 5, NOW)
    with pytest.raises(Conflict):
        move_cursor(mine, 0, 4, NOW)
    assert cursor("archive").position == 5


def test_warehouse__when_appended__then_days_are_partitions_and_files_are_sorted(
    send: Send,
) -> None:
    moments = [NOW - timedelta(hours=7 * i) for i in range(12)]
    send(*(track("ann", "BA"[i % 2], at) for i, at in enumerate(moments)))
    archive(NOW)
    table = warehouse.open_table()
    assert table is not None
    seen = []
    for uri in table.file_uris():
        rows = pq.ParquetFile(uri).read(["event", "at_us"]).to_pylist()
        keys = [(row["event"], row["at_us"]) for row in rows]
        assert keys == sorted(keys)
        day = Path(uri).parent.name.removeprefix("day=")
        assert {str(datetime.fromtimestamp(at / 1e6, UTC).date()) for _e, at in keys} == {day}
        seen += [at for _event, at in keys]
    assert sorted(seen) == sorted(map(microseconds, moments))


def test_warehouse_files__when_a_day_is_given__then_earlier_days_are_not_read(send: Send) -> None:
    send(*(track("ann", "A", NOW - timedelta(days=i)) for i in range(4)))
    archive(NOW)
    table = warehouse.open_table()
    assert table is not None
    source = open_source(at_end())
    days = {Path(each.uri).parent.name for each in source.files(datetime(2024, 6, 11, tzinfo=UTC))}
    assert days == {"day=2024-06-11", "day=2024-06-12"}
    assert len(source.files(None)) == 4
    midnight = datetime(2024, 6, 11, tzinfo=UTC)
    assert len(source.files(None, midnight)) == 2
    assert len(source.files(None, midnight + timedelta(microseconds=1))) == 3


def test_log__when_read_by_cursors__then_between_and_after_share_no_row_and_miss_none(
    send: Send,
) -> None:
    send(*(track("ann", f"E{i}", NOW) for i in range(5)))
    every = log.after(Cursor(), 100)
    assert [row.name for row in every] == [f"E{i}" for i in range(5)]
    middle = Cursor(xid=every[1].xid, position=every[1].id)
    end = Cursor(xid=every[3].xid, position=every[3].id)
    assert log.between(Cursor(), middle) == every[:2]
    assert log.between(middle, end) == every[2:4]
    assert log.after(middle, 2) == every[2:4]
    assert log.after(end, 100) == every[4:]
    assert log.between(end, end) == []


@pytest.mark.parametrize("archived", ["nothing", "half", "everything"])
def test_frame__when_events_lie_in_warehouse_and_log__then_each_comes_once_in_order(
    send: Send, archived: str
) -> None:
    early = [track("bob", "A", NOW - timedelta(days=3), price=5),
             track("ann", "B", NOW - timedelta(days=1), price="free", city="上海")]  # fmt: skip
    late = [track("ann", "A", NOW - timedelta(days=2), price=2.5, city=3),
            track("bob", "C", NOW)]  # fmt: skip
    send(*early)
    if archived != "nothing":
        archive(NOW)
    send(*late)
    if archived == "everything":
        archive(NOW)
    found = frame(open_source(at_end()), ("A", "B"), numbers=("price",), texts=("city",))
    bob, ann = by_external_id("bob").pk, by_external_id("ann").pk
    expected = sorted(
        [(bob, "A", 5.0, None), (ann, "A", 2.5, None), (ann, "B", None, "上海")],
        key=lambda each: each[:2],
    )
    price = [None if np.isnan(each) else each for each in found.number("price")]
    assert [
        (int(person), found.names[event], number, text)
        for person, event, number, text in zip(
            found.person, found.event, price, found.text("city"), strict=True
        )
    ] == expected


@pytest.mark.parametrize("archived", [False, True])
def test_frame__when_people_were_merged__then_their_events_follow(
    send: Send, archived: bool
) -> None:
    send(track("ann", "A", NOW - timedelta(hours=2)))
    send(track(None, "A", NOW - timedelta(hours=1), anonymous="x"))
    if archived:
        archive(NOW)
    send(track("ann", "A", NOW, anonymous="x"))
    found = frame(open_source(at_end()), ("A",))
    assert set(found.person.tolist()) == {by_external_id("ann").pk}
    assert np.diff(found.at_us).tolist() == [3_600_000_000] * 2


def test_frame__when_the_source_ends_earlier__then_later_events_are_not_in_it(
    send: Send,
) -> None:
    send(track("ann", "A", NOW))
    until = at_end()
    send(track("ann", "A", NOW))
    assert len(frame(open_source(until), ("A",))) == 1


def test_frame__when_it_is_cut__then_the_moment_itself_is_kept(send: Send) -> None:
    send(*(track("ann", name, NOW + timedelta(seconds=i)) for i, name in enumerate("ABA")))
    found = frame(open_source(at_end()), ("A", "B", "Never"))
    assert len(found.until(microseconds(NOW) + 1_000_000)) == 2
    assert [len(found.of("A")), len(found.of("Never")), len(found.of("Unknown"))] == [2, 0, 0]


def test_fold_cursor__when_nothing_was_folded__then_it_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="No personas yet"):
        fold_cursor()
