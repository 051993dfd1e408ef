"""Intake: once per message id, valid or quarantined, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from marketing.events.archive import archive
from marketing.events.intake import Rejection, Taken, accept
from marketing.events.messages import MAX_EVENT_BYTES
from marketing.events.models import Event, RejectedEvent
from marketing.kernel.errors import Unavailable
from marketing.kernel.moments import microseconds
from marketing.people.models import Identity
from tests.messages import identify, track
from tests.undone import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


def order(at: object = None, **more: object) -> dict[str, object]:
    return {"type": "track", "userId": "ann", "event": "Order Completed", "timestamp": at} | more


def only_event() -> Event:
    return Event.objects.get()


def test_accept__when_a_message_is_repeated__then_it_is_stored_once(send: Send) -> None:
    one, two = track("ann", "A", NOW), track("ann", "B", NOW)
    assert send(one, two, one) == Taken(2, 1, ())
    assert send(two, one) == Taken(0, 2, ())
    assert Event.objects.count() == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_accept__when_messages_come_in_any_order_and_batches__then_the_same_events_are_stored(
    sent: list[int], cuts: list[int]
) -> None:
    every = [order((NOW - timedelta(hours=i)).isoformat(), messageId=f"m{i}", n=i)
             for i in range(6)]  # fmt: skip
    bounds = [0, *sorted(cuts), len(sent)]
    with undone():
        taken = [accept([every[i] for i in sent[start:end]], NOW)
                 for start, end in pairwise(bounds)]  # fmt: skip
        stored = set(Event.objects.values_list("message_id", "at_us", "name"))
        assert sum(each.accepted for each in taken) == len(set(sent)) == len(stored)
        assert sum(each.duplicates for each in taken) == len(sent) - len(set(sent))
        assert stored == {
            (f"m{i}", microseconds(NOW - timedelta(hours=i)), "Order Completed") for i in sent
        }


def test_accept__when_the_person_is_unknown__then_they_are_created(send: Send) -> None:
    send(track("ann", "A", NOW), track(None, "A", NOW, anonymous="x"), track("ann", "B", NOW))
    people = dict(Identity.objects.values_list("key", "person_id"))
    assert set(people) == {"user:ann", "anon:x"}
    assert Event.objects.filter(person_id=people["user:ann"]).count() == 2


def test_accept__when_ids_are_numbers__then_they_name_the_same_person_as_text(send: Send) -> None:
    send(order(userId=7), order(userId="7"))
    assert list(Identity.objects.values_list("key", flat=True)) == ["user:7"]


def test_accept__when_fields_are_unknown__then_they_are_kept(send: Send) -> None:
    send(order(NOW.isoformat(), context={"ip": "::1"}, sentAt="later", integrations={"All": True}))
    assert orjson.loads(only_event().context) == {
        "context": {"ip": "::1"}, "sentAt": "later", "integrations": {"All": True},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "name", "kept"),
    [
        ({"type": "track", "event": "A", "properties": {"a": 1}}, "track", "A", {"a": 1}),
        ({"type": "identify", "traits": {"city": "上海"}}, "identify", "$identify",
         {"city": "上海"}),
        ({"type": "page", "name": "Home"}, "page", "$page", {}),
        ({"type": "screen", "properties": {"b": None}}, "screen", "$screen", {"b": None}),
        ({"type": "alias", "previousId": "old"}, "alias", "$alias", {}),
        ({"type": "group", "properties": {}}, "group", "$group", {}),
    ],
)  # fmt: skip
def test_accept__when_it_is_of_a_kind__then_the_kind_names_the_event(
    send: Send, body: dict[str, object], kind: str, name: str, kept: object
) -> None:
    assert send({"userId": "ann", **body}).accepted == 1
    event = only_event()
    assert (event.kind, event.name, orjson.loads(event.properties)) == (kind, name, kept)


def test_accept__when_the_door_gives_the_kind__then_the_message_need_not() -> None:
    assert accept([{"userId": "ann", "event": "A"}], NOW, kind="track").accepted == 1
    assert only_event().kind == "track"


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (None, NOW),
        ("2024-06-12T10:00:00+08:00", datetime(2024, 6, 12, 2, tzinfo=UTC)),
        ("2024-06-12T10:00:00.123456Z", datetime(2024, 6, 12, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2024-06-12T10:00:00", datetime(2024, 6, 12, 10, tzinfo=UTC)),  # naive: UTC
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ((NOW + timedelta(hours=24)).isoformat(), NOW + timedelta(hours=24)),
    ],
)
def test_accept__when_the_timestamp_is_sound__then_it_counts(
    send: Send, timestamp: str | None, at: datetime
) -> None:
    send(order(timestamp))
    event = only_event()
    assert (event.at_us, event.received_at_us) == (microseconds(at), microseconds(NOW))
    assert "originalTimestamp" not in orjson.loads(event.context)


def test_accept__when_the_timestamp_is_more_than_a_day_ahead__then_it_is_when_it_came(
    send: Send,
) -> None:
    ahead = (NOW + timedelta(hours=24, seconds=1)).isoformat()
    send(order(ahead))
    event = only_event()
    assert event.at_us == microseconds(NOW)
    assert orjson.loads(event.context) == {"originalTimestamp": ahead}


BAD = [
    ("text", "not_an_object", "/"),
    (None, "not_an_object", "/"),
    ([{"type": "track"}], "not_an_object", "/"),
    ({"userId": "ann", "event": "A"}, "unknown_type", "/type"),
    (order(type="purchase"), "unknown_type", "/type"),
    (order(type=3), "invalid_field", "/type"),
    (order(event=""), "missing_event", "/event"),
    (order(event=None), "missing_event", "/event"),
    (order(event="x" * 121), "missing_event", "/event"),
    (order(userId=None), "missing_identity", "/userId"),
    (order(userId=""), "missing_identity", "/userId"),
    (order(userId="x" * 251), "invalid_field", "/userId"),
    (order(userId=True), "invalid_field", "/userId"),
    (order(userId={"id": 1}), "invalid_field", "/userId"),
    (order(messageId="x" * 101), "invalid_field", "/messageId"),
    (order(messageId=7), "invalid_field", "/messageId"),
    (order(properties=[1]), "invalid_field", "/properties"),
    (order("1999-12-31T23:59:59Z"), "timestamp_too_old", "/timestamp"),
    (order("0001-01-01T00:00:00+14:00"), "timestamp_too_old", "/timestamp"),
    (order("yesterday"), "invalid_timestamp", "/timestamp"),
    (order("2024-06-12"), "invalid_timestamp", "/timestamp"),
    (order("2024-02-30T00:00:00Z"), "invalid_timestamp", "/timestamp"),
    (order(1_718_000_000), "invalid_field", "/timestamp"),
    (order(properties={"a": "x" * MAX_EVENT_BYTES}), "event_too_large", "/properties"),
    (order(context={"a": "x" * MAX_EVENT_BYTES}), "event_too_large", "/properties"),
]


@pytest.mark.parametrize(("body", "code", "pointer"), BAD)
def test_accept__when_a_message_is_bad__then_it_is_rejected_and_the_others_stored(
    send: Send, body: object, code: str, pointer: str
) -> None:
    taken = send(track("ann", "A", NOW), body, track("ann", "B", NOW))
    (rejection,) = taken.rejected
    assert taken.accepted == 2
    assert isinstance(rejection, Rejection)
    assert (rejection.index, rejection.code, rejection.pointer) == (1, code, pointer)
    assert rejection.fix
    row = RejectedEvent.objects.get()
    assert (row.code, row.pointer, row.fix) == (code, pointer, rejection.fix[:300])
    assert row.received_at == NOW
    assert orjson.dumps(body).decode().startswith(row.body)


def test_accept__when_a_rejected_message_is_huge__then_the_quarantine_keeps_its_beginning(
    send: Send,
) -> None:
    send(order(properties={"a": "上" * MAX_EVENT_BYTES}))
    assert len(RejectedEvent.objects.get().body) == 8_000


def test_accept__when_the_log_cannot_be_written__then_it_is_unavailable(send: Send) -> None:
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE events_event RENAME TO events_elsewhere")
    with pytest.raises(Unavailable) as caught:
        send(track("ann", "A", NOW))
    assert caught.value.code == "log_unavailable"
    assert "same batch again" in (caught.value.fix or "")


def test_accept__when_too_much_waits_for_the_warehouse__then_it_is_refused_until_archived(
    send: Send, settings: Settings
) -> None:
    settings.MAX_UNARCHIVED_EVENTS = 2
    send(*(track("ann", "A", NOW) for _ in range(3)))
    with pytest.raises(Unavailable) as caught:
        send(track("ann", "A", NOW))
    assert (caught.value.code, caught.value.retry_after_s) == ("backlog_full", 60)
    archive(NOW)
    assert send(track("ann", "A", NOW)).accepted == 1


def test_accept__when_the_batch_is_larger_than_a_statement__then_all_of_it_is_stored(
    send: Send,
) -> None:
    bodies = [identify(f"p{i % 7}", NOW, n=i) for i in range(2_001)]
    assert send(*bodies, bodies[0]) == Taken(2_001, 1, ())


def test_accept__when_the_batch_is_empty__then_nothing_happens(send: Send) -> None:
    assert send() == Taken(0, 0, ())
