"""The warehouse and the log kept in order: nothing is lost that should stay, and the rest goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from marketing.events import upkeep, warehouse
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.events.learning import learn
from marketing.events.models import Event
from marketing.events.scans import frame, open_source
from marketing.personas.services import rebuild
from marketing.workspace.models import Cursor, Workspace
from tests.messages import track

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


def seen() -> list[tuple[int, int]]:
    found = frame(open_source(), ("A", "B"))
    return list(zip(found.person.tolist(), found.at_us.tolist(), strict=True))


def files() -> list[Path]:
    return list(Path(settings.WAREHOUSE_URL).rglob("*.parquet"))


def test_compact__when_a_day_has_many_files__then_one_sorted_file_holds_the_same_rows(
    send: Send,
) -> None:
    for i in range(9):
        send(track("ann", "BA"[i % 2], NOW - timedelta(minutes=i), content=f"c{i}"))
        archive(NOW)
    send(track("ann", "A", NOW - timedelta(days=1)))
    archive(NOW)
    before = seen()
    assert upkeep.compact() == 1
    assert seen() == before
    table = warehouse.open_table()
    assert table is not None
    assert sorted(each.day.day for each in warehouse.stored(table)) == [11, 12]
    assert all(each.shape > 0 for each in warehouse.stored(table))
    rows = table.to_pyarrow_table(filters=[("day", "=", "2024-06-12")])
    keys = list(zip(rows["event"].to_pylist(), rows["at_us"].to_pylist(), strict=True))
    assert keys == sorted(keys)
    assert upkeep.compact() == 0


def test_archive__when_it_goes_on_after_a_compaction__then_each_event_is_there_once(
    send: Send,
) -> None:
    for i in range(9):
        send(track("ann", "A", NOW - timedelta(minutes=i)))
        archive(NOW)
    upkeep.compact()
    send(track("ann", "A", NOW))
    assert archive(NOW) == 1
    assert archive(NOW) == 0
    assert len(seen()) == 10


def test_retain__when_events_are_older__then_they_are_gone_from_warehouse_and_log(
    send: Send,
) -> None:
    send(*(track("ann", "A", NOW - timedelta(days=days)) for days in (0, 10, 100, 400)))
    archive(NOW)
    assert upkeep.retain(NOW, 90) == 2
    assert len(seen()) == 2 == Event.objects.count()


def test_trim__when_events_are_archived_and_old__then_the_log_forgets_and_the_warehouse_keeps(
    workspace: Workspace, send: Send
) -> None:
    long_ago = NOW - timedelta(days=40)
    send(*(track("ann", "A", long_ago) for _ in range(3)), now=long_ago)
    new = track("ann", "A", NOW) | {"messageId": "new"}
    send(new)
    assert upkeep.trim(NOW, 30) == 0  # not archived, not folded
    archive(NOW)
    rebuild(workspace, NOW)
    assert upkeep.trim(NOW, 30) == 0  # campaigns have not looked at them
    Cursor.objects.update_or_create(
        name="campaigns", defaults={"position": Cursor.objects.get(name="fold").position}
    )
    assert upkeep.trim(NOW, 30) == 0  # the catalogue has not read them
    learn(workspace, NOW)
    assert upkeep.trim(NOW, 30) == 3
    assert [event.message_id for event in Event.objects.all()] == ["new"]
    assert len(seen()) == 4
    assert send(new).duplicates == 1
