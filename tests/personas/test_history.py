"""What is recalled of some people is what a scan of everything finds of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.erasure import erase_next
from marketing.events import warehouse
from marketing.events.intake import Taken
from marketing.events.log import LogRow
from marketing.events.models import Event
from marketing.events.scans import Source
from marketing.kernel.windows import Window
from marketing.people.erasing import ask
from marketing.people.models import Person
from marketing.personas import queries, state
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, answer
from marketing.personas.history.reading import History
from marketing.personas.history.recalling import Recall, recall_of
from marketing.personas.history.writing import without, write
from marketing.personas.parts import Part, kind_of
from marketing.personas.plan import parts_of
from marketing.personas.rebuilding import differing
from marketing.personas.rows import everybody, only
from marketing.personas.services import fold, rebuild
from marketing.personas.traits import TRAITS, Moment
from marketing.workspace.models import Cursor, Pointer, Workspace
from tests.conformance.streams import LISTS, MOMENTS, ZONES, rows, specs, streams
from tests.messages import track

pytestmark = pytest.mark.django_db
SIZE = 5
CLEAN = Cleaning(named=tuple(LISTS.items()), limits=(("price", -5.0, 7.5),))
ANY_SPEC = st.sampled_from(list(TRAITS)).flatmap(specs)
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


def logged(said: list[LogRow]) -> list[int]:
    """The rows in the SQL log; their ids in order."""
    Event.objects.all().delete()
    Person.objects.bulk_create(
        [Person(pk=i, key=f"user:{i}", created_at=NOW) for i in range(1, SIZE)],
        ignore_conflicts=True,
    )
    Event.objects.bulk_create(
        Event(message_id=row.message_id, person_id=row.person, kind=row.kind, name=row.name,
              at_us=row.at_us, received_at_us=row.received_at_us, properties=row.properties)
        for row in said
    )  # fmt: skip
    return list(Event.objects.order_by("id").values_list("id", flat=True))


def scanned(run: Run, parts: list[Part]) -> dict[str, Column]:
    with run.opened() as engine:
        return answer(run, engine, parts)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_recall__when_some_people_are_asked_about__then_it_is_what_a_scan_says(
    data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    said = rows(data.draw(streams(now, zone)))
    cut = data.draw(st.integers(0, len(said)))
    drawn = data.draw(st.lists(ANY_SPEC, min_size=1, max_size=5))
    parts = [part for part in parts_of({f"t{i}": s for i, s in enumerate(drawn)}).values()
             if kind_of(part).merge is None]  # fmt: skip
    redirects = data.draw(st.sampled_from([{}, {3: 1}, {2: 1, 3: 1}]))
    ids = [0, *logged(said)]
    moment = Moment(now, zone)
    before = Run(Source(None, warehouse.as_table(said[:cut]), {}), moment, everybody(SIZE), CLEAN,
                 is_open=True)  # fmt: skip
    some = only(np.array([1, 4], dtype=np.int64))
    run = replace(before, source=Source(None, warehouse.as_table(said), redirects), rows=some)
    with tempfile.TemporaryDirectory() as folder:
        name = write(Path(folder), before, parts)
        if name is None:
            assert not parts
            return
        history = History(Path(folder) / name)
        assert all(history.covers(part, moment) for part in parts)
        recall = Recall(history, Cursor(position=ids[cut]), Cursor(position=ids[-1]))
        found, wanted = recall.answer(run, parts), scanned(run, parts)
    assert {key: differing(found[key], wanted[key]) for key in wanted} == dict.fromkeys(wanted, 0)


def test_history__when_a_wider_window_another_event_or_property_is_asked_for__then_it_says_no(
    tmp_path: Path,
) -> None:
    asked = TraitSpec(function="distinct", events=("A",), property="city", window=Window(days=30))
    moment = Moment(NOW, ZoneInfo("UTC"))
    run = Run(Source(None, warehouse.as_table([]), {}), moment, everybody(SIZE), is_open=True)
    name = write(tmp_path, run, parts_of({"t": asked}).values())
    assert name is not None
    history = History(tmp_path / name)

    def covers(**changes: object) -> bool:
        spec = TraitSpec(**{"function": "distinct", "events": ("A",), "property": "city",
                            "window": Window(days=30)} | changes)  # type: ignore[arg-type]  # fmt: skip
        return all(history.covers(part, moment) for part in parts_of({"t": spec}).values())

    assert covers()
    assert covers(window=Window(days=7))
    assert not covers(window=Window(days=31))
    assert not covers(window=Window())
    assert not covers(events=("A", "B"))
    assert not covers(property="town")


def history_of(current: Pointer) -> state.Kept:
    known = state.read(current)
    assert known is not None
    assert known.history is not None
    return known.history


def test_fold__when_there_is_a_history__then_it_looks_back_without_a_scan(
    workspace: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(*(track("ann", "Order Completed", NOW - timedelta(days=i), content=f"c{i % 3}")
           for i in range(6)))  # fmt: skip
    rebuild(workspace, NOW)
    opened: list[object] = []
    monkeypatch.setattr(warehouse, "open_table", lambda: opened.append(1))
    send(track("ann", "Order Completed", NOW, content="new"))
    fold(workspace, NOW)
    one = queries.current().one(1)
    assert one.column(Ref("trait", "courses")).values == 4
    assert opened == []


def test_recall__when_the_log_may_have_been_trimmed_since__then_there_is_none(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Order Completed", NOW, content="c"))
    rebuild(workspace, NOW)
    known = state.read(Pointer.objects.get(name=queries.POINTER))
    assert known is not None
    days = timedelta(days=workspace.log_days - 1)
    assert recall_of(known, workspace, NOW + days - timedelta(hours=1), Cursor()) is not None
    assert recall_of(known, workspace, NOW + days, Cursor()) is None


def test_without__when_somebody_is_taken_out__then_nothing_of_theirs_is_left_and_others_stay(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Order Completed", NOW, content="only-anns"),
         track("bob", "Order Completed", NOW, content="bobs"))  # fmt: skip
    rebuild(workspace, NOW)
    root, name = queries.folder(""), history_of(Pointer.objects.get(name=queries.POINTER)).name
    events = ["Order Completed"]
    assert History(root / name).of([1, 2], events).num_rows == 2
    fresh = without(root, name, [1])
    assert History(root / fresh).of([1], events).num_rows == 0
    assert History(root / fresh).of([2], events)["text:content"].to_pylist() == ["bobs"]
    assert not any(b"only-anns" in path.read_bytes() for path in (root / fresh).iterdir())


def test_erasure__when_done__then_the_history_forgets_too(workspace: Workspace, send: Send) -> None:
    send(track("ann", "Order Completed", NOW, content="only-anns"),
         track("bob", "Order Completed", NOW, content="bobs"))  # fmt: skip
    rebuild(workspace, NOW)
    ask("ann", NOW, "test")
    assert erase_next(workspace, NOW, NOW, dict) == 1
    left = [path for path in queries.folder("").rglob("*") if path.is_file()]
    assert left
    assert not any(b"only-anns" in path.read_bytes() for path in left)
    assert history_of(Pointer.objects.get(name=queries.POINTER)).name


def test_without__when_nothing_is_theirs__then_the_history_stays_as_it_is(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Order Completed", NOW, content="c"), track("bob", "Searched", NOW))
    rebuild(workspace, NOW)
    root, name = queries.folder(""), history_of(Pointer.objects.get(name=queries.POINTER)).name
    assert without(root, name, [2, 99]) == name
