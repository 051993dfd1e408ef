"""Surprises: each is found when it happens, and neither before the first day is over nor again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.events import surprised
from marketing.events.intake import Taken
from marketing.events.judging import judge
from marketing.events.learning import learn
from marketing.events.models import EventDay, EventType, IntakeDay, Surprise
from marketing.events.surprises import Came, Day
from marketing.events.surprises._near import edits, nearest
from marketing.events.surprises.late_events import LateEvents
from marketing.events.surprises.volume import Volume
from marketing.kernel.moments import microseconds
from marketing.workspace.models import Workspace
from tests.messages import track

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
Send = Callable[..., Taken]
found_as = pytest.mark.parametrize(
    ("name", "said", "kind", "mark"),
    [
        ("Lesson Liked", {}, "new_event", ""),
        ("order completed", {}, "similar_event", "Order Completed"),
        ("Order_Completed", {}, "similar_event", "Order Completed"),
        ("Quiz Finishd", {}, "similar_event", "Quiz Finished"),
        ("Quiz Finished", {"hints": 2}, "new_property", ""),
        ("Quiz Finished", {"points": "many"}, "mixed_type", "text"),
        ("Order Completed", {"price_cents": "99"}, "wrong_type", "text"),
        ("Order Completed", {"price_cents": -1}, "impossible_value", ""),
        ("Quiz Finished", {"seconds": -0.5}, "impossible_value", ""),
    ],
)


def settled(workspace: Workspace, send: Send) -> None:
    """A workspace that has known two events for two days."""
    send(*(track("ann", "Quiz Finished", NOW, points=i, seconds=1) for i in range(30)))
    send(*(track("ann", "Order Completed", NOW, order_id="o", content="c", category="k",
                 price_cents=100, quantity=1, coupon="s") for i in range(60)))  # fmt: skip
    learn(workspace, NOW)


def kinds() -> list[tuple[str, str, str]]:
    return sorted(Surprise.objects.values_list("kind", "event", "mark"))


@found_as
@pytest.mark.django_db
def test_surprise__when_something_unexpected_comes__then_it_is_found(
    workspace: Workspace, send: Send, name: str, said: dict[str, Any], kind: str, mark: str
) -> None:
    settled(workspace, send)
    send(track("ann", name, LATER, **said), now=LATER)
    learn(workspace, LATER)
    assert kinds() == [(kind, name, mark)]


@found_as
@pytest.mark.django_db
def test_surprise__within_the_first_day__is_learned_without_a_word(
    workspace: Workspace, send: Send, name: str, said: dict[str, Any], kind: str, mark: str
) -> None:
    settled(workspace, send)
    soon = NOW + timedelta(hours=23)
    send(track("ann", name, soon, **said), now=soon)
    learn(workspace, soon)
    assert kinds() == []


@pytest.mark.django_db
def test_new_event__when_its_first_day_brings_properties__then_only_the_event_is_a_surprise(
    workspace: Workspace, send: Send
) -> None:
    settled(workspace, send)
    for hours in (0, 20, 30):
        at = LATER + timedelta(hours=hours)
        said: dict[str, Any] = {f"after_{hours}": 1}
        send(track("ann", "Lesson Liked", at, **said), now=at)
        learn(workspace, at)
    assert kinds() == [("new_event", "Lesson Liked", ""), ("new_property", "Lesson Liked", "")]
    assert Surprise.objects.get(kind="new_property").property == "after_30"


@pytest.mark.django_db
def test_surprise__when_it_was_accepted__then_it_stays_quiet_and_counts_on(
    workspace: Workspace, send: Send
) -> None:
    settled(workspace, send)
    for day in range(3):
        at = LATER + timedelta(days=day)
        send(track("ann", "Order Completed", at, price_cents="99"), now=at)
        learn(workspace, at)
        surprised.accept(Surprise.objects.all(), "ann", at)
    one = Surprise.objects.get()
    assert (one.state, one.times, one.accepted_by) == ("accepted", 3, "ann")
    assert (one.first_seen_at, one.last_seen_at) == (LATER, at)


@pytest.mark.django_db
def test_missing_property__when_it_is_suddenly_gone_or_never_came__then_it_is_found(
    workspace: Workspace, send: Send
) -> None:
    settled(workspace, send)
    full: dict[str, Any] = {
        "order_id": "o",
        "content": "c",
        "category": "k",
        "quantity": 1,
        "coupon": "s",
    }
    send(*(track("ann", "Order Completed", LATER, **full) for _ in range(60)), now=LATER)
    send(*(track("ann", "Content Rated", LATER, content="c") for _ in range(60)), now=LATER)
    learn(workspace, LATER)
    lacking = Surprise.objects.filter(kind="missing_property").order_by("event")
    assert [(s.event, s.property, s.what["lacking"]) for s in lacking] == [
        ("Content Rated", "rating", 60), ("Order Completed", "price_cents", 60),
    ]  # fmt: skip


@pytest.mark.django_db
def test_surprises__when_nobody_accepts_any__then_they_do_not_grow_without_end(
    workspace: Workspace, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surprised, "MOST_OPEN", 4)
    settled(workspace, send)
    for day in range(2):
        at = LATER + timedelta(days=day)
        send(*(track("ann", f"{chr(65 + i)}{day}", at) for i in range(6)), now=at)
        learn(workspace, at)
    assert Surprise.objects.count() == 4


@settings(max_examples=200, deadline=None)
@given(one=st.text("abc", max_size=8), other=st.text("abc", max_size=8))
def test_edits__of_any_two_words__are_levenshteins_up_to_the_most(one: str, other: str) -> None:
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        rows.append([i])
        for j, b in enumerate(other, start=1):
            rows[i].append(
                min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            )
    wanted = rows[-1][-1]
    assert min(edits(one, other, 2), 3) == min(wanted, 3)


@pytest.mark.parametrize(
    ("name", "near"),
    [("course viewed", "Course Viewed"), ("CourseViewed", "Course Viewed"),
     ("Course Viewd", "Course Viewed"), ("Course Viewed", None), ("Step 2", None),
     ("Lesson Step 2", None), ("Login", None), ("浏览课时", None)],
)  # fmt: skip
def test_nearest__of_a_name__is_what_it_was_meant_to_be(name: str, near: str | None) -> None:
    assert nearest(name, ["Step 1", "Lesson Step 1", "Logon", "浏览课程"]) == near


@pytest.mark.parametrize(
    ("now", "before", "side"),
    [
        (100, [100, 96, 104, 99, 101, 100, 97, 103], None),
        (160, [100, 96, 104, 99, 101, 100, 97, 103], "high"),
        (20, [100, 96, 104, 99, 101, 100, 97, 103], "low"),
        (0, [4, 3, 5, 4, 3, 4, 5, 4], None),  # chance alone may do that
        (500, [100, 400, 20, 300, 90, 250, 10, 500], None),  # it varies as much
        (0, [100, 100, 100, None, None, None, None, None], None),  # not enough is known
        (0, [100, 100, 100, 100, None, None, None, None], "low"),
    ],
)
def test_volume__of_a_day__is_held_against_the_same_weekday(
    now: int, before: list[int | None], side: str | None
) -> None:
    found = list(Volume.on_day(Day(date(2024, 6, 12), {"A": [now, *before]}, [])))
    assert [each.mark for each in found] == ([f"{side} 2024-06-10"] if side else [])


def test_late_events__when_their_share_jumps__then_the_day_is_a_surprise() -> None:
    usual = [Came(1_000, 20)] * 10
    for now, is_found in ((Came(1_000, 30), False), (Came(1_000, 400), True), (Came(9, 9), False)):
        found = list(LateEvents.on_day(Day(date(2024, 6, 12), {}, [now, *usual])))
        assert bool(found) == is_found
    assert not list(LateEvents.on_day(Day(date(2024, 6, 12), {}, [Came(1_000, 400), *usual[:3]])))


@pytest.mark.django_db
def test_judge__when_a_day_is_over__then_it_is_judged_once_and_after_its_grace(
    workspace: Workspace,
) -> None:
    today = NOW.date()
    us = microseconds(NOW - timedelta(days=90))
    known = EventType.objects.create(
        name="A", first_at_us=us, last_at_us=us, first_received_at_us=us, events=1
    )
    for ago in range(1, 80):
        n = 5 if ago == 1 else 100 + ago % 3
        EventDay.objects.create(type=known, day=today - timedelta(days=ago), events=n)
        late = 90 if ago == 1 else 1
        IntakeDay.objects.create(day=today - timedelta(days=ago), events=100, late=late)
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    assert judge(workspace, midnight + timedelta(hours=1)) == 0
    assert judge(workspace, midnight + timedelta(hours=3)) == 2
    assert judge(workspace, midnight + timedelta(hours=9)) == 0
    found = Surprise.objects.order_by("kind")
    assert [(s.kind, s.event, s.what["day"]) for s in found] == [
        ("late_events", "", "2024-06-11"), ("volume", "A", "2024-06-11"),
    ]  # fmt: skip
