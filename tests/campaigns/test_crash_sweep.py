"""A worker dies at every point of a delivery: nothing leaves twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

import pytest

from campaigns import delivering
from campaigns.actions import Message
from campaigns.actions.issue_coupon import IssueCoupon
from campaigns.channels.inbox import Inbox
from campaigns.channels.memory import Memory
from campaigns.delivering import LEASE, deliver_due, recover
from campaigns.models import Campaign, Coupon, Delivery, InboxCard, State
from marketing.kernel.errors import Conflict
from marketing.people.models import Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, claim, coupons, crowd, decided, deliver, draft, states, teach

LATER = NOW + LEASE + timedelta(seconds=1)
VALUE = 1_000


class Killed(BaseException):
    """What no handler of ours catches, as a kill is."""


def die(*_args: object, **_named: object) -> None:
    raise Killed


def after(whole: Callable[..., object]) -> Callable[..., object]:
    """Do it, then die."""

    def then_dies(*args: object, **named: object) -> object:
        whole(*args, **named)
        raise Killed

    return then_dies


# Where the worker dies, and whether somebody may already have been told by then.
POINTS: dict[str, tuple[object, str, Callable[..., object], bool]] = {
    "after the claim": (delivering, "_deliver", die, False),
    "before the guards": (delivering, "_check_again", die, False),
    "after the guards": (delivering, "_check_again", after(delivering._check_again), False),
    "after the exposure": (delivering, "_compose", die, False),
    "after the budget": (delivering, "_spend", after(delivering._spend), False),
    "within compose": (IssueCoupon, "compose", after(IssueCoupon.compose), False),
    "before the commit": (delivering, "_compose", after(delivering._compose), False),
    "before the send": (Inbox, "send", die, True),
    "after the send": (Inbox, "send", after(Inbox.send), True),
    "before the record": (delivering, "record", die, True),
    "after the record": (delivering, "record", after(delivering.record), True),
}


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    crowd(1)
    found = draft(variants=coupons(VALUE), budget_cents=10 * VALUE)
    decided(found, workspace)
    return found


@pytest.mark.parametrize("point", POINTS)
def test_crash__anywhere__then_neither_twice_nor_lost(
    point: str, campaign: Campaign, workspace: Workspace
) -> None:
    place, name, fault, may_have_left = POINTS[point]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(place, name, fault)
        deliver_due(workspace, NOW)
    assert deliver_due(workspace, NOW) == 0  # the lease still holds
    for i in range(3):
        deliver_due(workspace, LATER + i * LEASE)
    campaign.refresh_from_db()
    state = Delivery.objects.get().state
    assert Coupon.objects.count() == 1
    assert campaign.spent_cents == VALUE
    assert InboxCard.objects.count() <= 1
    if point == "after the record":
        assert state == State.DELIVERED
    elif may_have_left:
        assert state == State.UNKNOWN
    else:
        assert (state, InboxCard.objects.count()) == (State.DELIVERED, 1)


def test_recover__lease_still_runs__then_changes_nothing(
    campaign: Campaign, workspace: Workspace
) -> None:
    claim(NOW)
    recover(NOW + LEASE)
    assert states(campaign) == [(State.CLAIMED, "")]


def test_recover__lease_ran_out_before_anything_left__then_waits_again(
    campaign: Campaign, workspace: Workspace
) -> None:
    claim(NOW)
    recover(LATER)
    row = Delivery.objects.get()
    assert (row.state, row.claimed_until) == (State.PENDING, None)


def test_claim__two_workers__then_each_row_is_one_workers(workspace: Workspace) -> None:
    crowd(6)
    decided(draft(), workspace)
    first = set(delivering._claim(NOW, 4))
    second = set(delivering._claim(NOW, 4))
    assert (len(first), len(second)) == (4, 2)
    assert not first & second


def test_lease__ran_out_while_a_slow_batch_runs__then_nothing_leaves_twice(
    workspace: Workspace, pushed: Mapping[str, Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(1)
    campaign = draft(counts_as_message=False)
    decided(campaign, workspace)
    left: list[str] = []
    send = Memory.send

    def counted(self: Memory, person_id: int, message: Message, *rest: object) -> object:
        left.append(message.key)
        return send(self, person_id, message, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Memory, "send", counted)
    slow = claim(NOW)  # 200 rows and a slow webhook: minutes pass before this row's turn
    deliver_due(workspace, LATER)  # another worker finds the lease over and delivers
    with suppress(Conflict):
        deliver(slow, workspace, LATER)
    assert len(left) == 1
    assert states(campaign) == [(State.DELIVERED, "")]


def test_cap__sent_but_unreceipted__then_counts(
    workspace: Workspace, pushed: Mapping[str, Message]
) -> None:
    workspace.message_cap = 1
    workspace.save()
    crowd(1)
    decided(draft("first"), workspace)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(delivering, "record", die)
        deliver_due(workspace, NOW)
    assert len(pushed) == 1
    second = draft("second")
    decided(second, workspace)
    deliver_due(workspace, LATER)
    assert len(pushed) == 1, states(second)


def test_batch__one_delivery_cannot_be_composed__then_the_others_still_leave(
    workspace: Workspace, pushed: Mapping[str, Message]
) -> None:
    crowd(2)
    bad, good = draft("bad", variants=coupons(VALUE)), draft("good")
    decided(bad, workspace)
    decided(good, workspace)
    bad.variants.update(parameters={"value_cents": VALUE, "body": "Use {cod}."})
    deliver_due(workspace, NOW)
    assert states(good) == [(State.DELIVERED, "")] * 2
    for i in range(1, 9):
        deliver_due(workspace, NOW + i * (LEASE + timedelta(seconds=1)))
    # Tried often enough: what never works does not come back for ever.
    assert {state for state, _reason in states(bad)} <= {State.UNKNOWN, State.REFUSED, State.HELD}
    assert not Coupon.objects.exists()


def test_batch__no_ranker_was_trained_yet__then_the_others_still_leave(
    workspace: Workspace, pushed: Mapping[str, Message]
) -> None:
    crowd(1)
    good = draft("good")
    decided(good, workspace)
    decided(draft("next", variants={"course": ("recommend_course", {})}), workspace)
    deliver_due(workspace, NOW)
    assert states(good) == [(State.DELIVERED, "")]


def test_batch__nothing_to_recommend__then_refused_with_the_reason(
    workspace: Workspace, pushed: Mapping[str, Message]
) -> None:
    teach([[]], courses=())
    crowd(1)
    campaign = draft(variants={"course": ("recommend_course", {})})
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    assert states(campaign) == [(State.REFUSED, "nothing_to_recommend")]
    assert Person.objects.count() == 1
