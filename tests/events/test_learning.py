"""The schema catalogue: what it learns is what a plain count gives, exactly once, within bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.events import learning, schema
from marketing.events.intake import Taken
from marketing.events.learning import learn
from marketing.events.log import LogRow
from marketing.events.models import EventDay, EventProperty, EventType, IntakeDay, Surprise
from marketing.events.seen import summarised
from marketing.kernel.errors import Conflict
from marketing.kernel.local_days import DAY_US, offsets
from marketing.kernel.moments import microseconds
from marketing.workspace.models import Cursor, Workspace
from tests.messages import identify, track

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
VALUES = st.sampled_from([1, 2.5, "x", True, None, [1], {"a": 1}])
ROWS = st.builds(
    lambda name, said, ago, late: LogRow(
        0, 0, "", 1, "track", name, microseconds(NOW - timedelta(hours=ago + late)),
        microseconds(NOW - timedelta(hours=ago)), orjson.dumps(said).decode(),
    ),
    st.sampled_from(["A", "B", "课程"]),
    st.dictionaries(st.sampled_from(["x", "y", "seconds"]), VALUES),
    st.integers(0, 100), st.integers(-3, 60),
)  # fmt: skip
TYPES = {str: "text", int: "number", float: "number", bool: "flag", list: "list", dict: "object",
         type(None): "null"}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=30))
def test_summary__of_any_rows__is_what_a_plain_count_gives(rows: list[LogRow]) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    seen = summarised(rows, offsets(zone, NOW))
    assert {n: e.events for n, e in seen.events.items()} == Counter(row.name for row in rows)
    types: Counter[tuple[str, str, str]] = Counter()
    days: Counter[tuple[str, int, bool]] = Counter()
    for row in rows:
        for key, value in orjson.loads(row.properties).items():
            types[row.name, key, TYPES[type(value)]] += 1
        at = datetime.fromtimestamp(row.at_us / 1e6, zone)
        day = (at.date() - date(1970, 1, 1)).days
        days[row.name, day, row.received_at_us - row.at_us > DAY_US] += 1
    assert types == Counter({
        (name, key, of): n
        for name, event in seen.events.items()
        for key, each in event.properties.items()
        for of, n in each.types.items()
    })  # fmt: skip
    for name, event in seen.events.items():
        for day, (n, late) in event.days.items():
            assert (days[name, day, False] + days[name, day, True], late) == (
                n, days[name, day, True]
            )  # fmt: skip
    assert sum(each.events for each in seen.intake.values()) == len(rows)


def catalogue() -> dict[str, Any]:
    return {
        "events": dict(EventType.objects.values_list("name", "events")),
        "types": {f"{e.type.name}.{e.name}": e.types
                  for e in EventProperty.objects.select_related("type")},
        "days": {f"{d.type.name} {d.day}": (d.events, d.late)
                 for d in EventDay.objects.select_related("type")},
    }  # fmt: skip


@pytest.mark.django_db
def test_catalogue__when_events_come__then_names_types_and_days_are_counted(
    workspace: Workspace, send: Send
) -> None:
    yesterday = NOW - timedelta(days=1, hours=2)
    send(
        track("ann", "Order Completed", NOW, price_cents=100, coupon=None),
        track("ann", "Order Completed", yesterday, price_cents="100"),
        identify("ann", NOW, city="上海"),
    )
    assert learn(workspace, NOW) == 3
    assert learn(workspace, NOW) == 0
    send(track("bob", "Order Completed", NOW, price_cents=2.5))
    learn(workspace, NOW)
    assert catalogue() == {
        "events": {"Order Completed": 3, "$identify": 1},
        "types": {
            "Order Completed.price_cents": {"text": 1, "number": 2},
            "Order Completed.coupon": {"null": 1},
            "$identify.city": {"text": 1},
        },
        "days": {
            "Order Completed 2024-06-12": (2, 0), "Order Completed 2024-06-11": (1, 1),
            "$identify 2024-06-12": (1, 0),
        },
    }  # fmt: skip


@pytest.mark.django_db
def test_catalogue__when_its_reader_dies_in_a_stretch__then_the_next_one_counts_it_once(
    workspace: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "ROWS", 2)
    send(*(track("ann", name, NOW, seconds=1) for name in "ABABA"))

    def died(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(learning, "move_cursor", died)  # all was written but the cursor
        with pytest.raises(KeyboardInterrupt):
            learn(workspace, NOW)
    assert catalogue()["events"] == {}
    assert learn(workspace, NOW) == 5
    assert catalogue()["events"] == {"A": 3, "B": 2}
    assert catalogue()["types"] == {"A.seconds": {"number": 3}, "B.seconds": {"number": 2}}


@pytest.mark.django_db
def test_catalogue__when_another_reader_was_faster__then_nothing_is_counted_twice(
    workspace: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(track("ann", "A", NOW))
    stale = Cursor(name=learning.CURSOR)
    learn(workspace, NOW)
    monkeypatch.setattr(learning, "cursor", lambda name: stale)
    with pytest.raises(Conflict):
        learn(workspace, NOW)
    assert catalogue()["events"] == {"A": 1}


@pytest.mark.django_db
def test_catalogue__when_a_client_sends_names_without_end__then_it_stops_learning_and_says_so(
    workspace: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "MOST_EVENTS", 3)
    monkeypatch.setattr(learning, "MOST_PROPERTIES", 2)
    send(track("ann", "A", NOW, known=1))
    learn(workspace, NOW)
    later = NOW + timedelta(days=3)
    names: dict[str, Any] = {f"p{i}": i for i in range(5)} | {"x" * (schema.LONGEST_NAME + 1): 1}
    send(*(track("ann", f"Name {i}", later) for i in range(9)), now=later)
    send(track("ann", "A", later, **names, known=1), now=later)
    learn(workspace, later)
    assert EventType.objects.count() == 3
    assert EventProperty.objects.filter(type__name="A").count() == 2
    many = Surprise.objects.get(kind="too_many_names")
    assert many.times == 7 + 5
    assert EventProperty.objects.get(type__name="A", name="known").types == {"number": 2}


@pytest.mark.django_db
def test_intake__when_messages_repeat_or_are_wrong__then_the_day_counts_them(
    workspace: Workspace, send: Send
) -> None:
    good = track("ann", "A", NOW)
    send(good)
    assert not IntakeDay.objects.exists()  # nothing was wrong: no row is written on the way in
    ahead = track("ann", "A", NOW + timedelta(days=3))
    soon = track("ann", "A", NOW + timedelta(hours=3))
    send(good, {"type": "nonsense"}, ahead, soon, track("ann", "A", NOW - timedelta(days=2)))
    learn(workspace, NOW)
    day = IntakeDay.objects.get()
    assert (day.day.isoformat(), day.events, day.late, day.ahead) == ("2024-06-12", 4, 1, 1)
    assert (day.duplicates, day.rejected, day.clamped) == (1, 1, 1)
