"""What several processes do at the same time to the same rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from django.db import connections, transaction

from campaigns import delivering
from campaigns.models import Campaign, Decision, Delivery, RuleSnapshot, State
from marketing.events.intake import Taken, accept
from marketing.events.models import Event
from marketing.kernel.errors import Unavailable
from marketing.people.models import Person
from marketing.workspace.leases import held
from tests.servers.test_log_cursor import NOW, event, open_transaction

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Each on a thread and a connection of its own, all let go at the same moment."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], T]) -> T:
        gate.wait(timeout=30)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as threads:
        return list(threads.map(go, acts, timeout=60))


def until_taken(bodies: list[object]) -> Taken:
    """As a client does: a 503 means to send the same batch again."""
    while True:
        try:
            return accept(bodies, NOW)
        except Unavailable:
            continue


def test_intake__when_the_same_messages_come_twice_at_once__then_each_is_stored_once() -> None:
    for round_ in range(5):
        bodies: list[object] = [event(f"{round_}-{i}", f"p{i % 7}") for i in range(200)]
        answers = at_once(*[lambda: until_taken(bodies)] * 2)  # noqa: B023 - joined in this round
        assert sum(each.accepted for each in answers) == 200
        assert sum(each.duplicates for each in answers) == 200
    assert Event.objects.count() == 5 * 200
    assert Person.objects.count() == 7


def test_intake__when_two_batches_share_messages_in_other_orders__then_each_is_stored_once() -> (
    None
):
    bodies: list[object] = [event(f"m{i}", f"p{i}") for i in range(2_500)]
    at_once(lambda: until_taken(bodies), lambda: until_taken(bodies[::-1]))
    assert Event.objects.count() == 2_500
    assert Person.objects.count() == 2_500


def test_lease__when_many_reach_for_it__then_one_holds_it_at_a_time() -> None:
    inside: list[int] = []
    most: list[int] = []

    def hold() -> None:
        with held("test", seconds=30, wait_s=30):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    at_once(*[hold] * 4)
    assert most == [1, 1, 1, 1]


def deliveries(count: int) -> None:
    campaign = Campaign.objects.create(key="c", name="c", audience={})
    rule = RuleSnapshot.objects.create(hash="r", document={})
    for i in range(count):
        person = Person.objects.create(key=f"p{i}", created_at=NOW)
        decision = Decision.objects.create(
            campaign=campaign, person=person, occasion="o", decided_at=NOW,
            outcome="yes", rule=rule, personas_version="",
        )  # fmt: skip
        Delivery.objects.create(
            campaign=campaign, person=person, occasion="o", decision=decision, arm=1, due_at=NOW
        )


def test_claim__when_another_worker_claims__then_it_gets_other_rows_without_waiting(
    elsewhere: ThreadPoolExecutor,
) -> None:
    deliveries(10)
    with open_transaction(elsewhere):
        first = elsewhere.submit(delivering._claim, NOW, 4).result(timeout=30)
        second = delivering._claim(NOW, 100)
    assert len(first) == 4
    assert len(second) == 6
    assert set(first) & set(second) == set()
    assert set(Delivery.objects.values_list("attempts", "state")) == {(1, State.CLAIMED)}


def test_claim__when_many_workers_claim_at_once__then_no_row_is_claimed_twice() -> None:
    deliveries(60)

    def claim_all() -> list[int]:
        mine: list[int] = []
        while some := delivering._claim(datetime(2026, 3, 2, tzinfo=UTC), 5):
            assert len(some) <= 5
            mine += some
        return mine

    claimed = [pk for each in at_once(*[claim_all] * 3) for pk in each]
    assert len(claimed) == 60
    assert len(set(claimed)) == 60


def test_claim__when_its_transaction_rolls_back__then_the_rows_are_free_again() -> None:
    deliveries(3)
    with transaction.atomic():
        assert len(delivering._claim(NOW, 10)) == 3
        transaction.set_rollback(True)
    assert len(delivering._claim(NOW, 10)) == 3
