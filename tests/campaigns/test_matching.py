"""What happened becomes an occasion once; what people did next becomes an outcome once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pyroaring import BitMap

from campaigns.actions import Message
from campaigns.delivering import deliver_due
from campaigns.launching import launch, pause
from campaigns.matching import match_events, match_transitions
from campaigns.models import Campaign, Decision, Delivery, Outcome, State
from marketing.events.intake import Taken
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from segments.models import Segment, SegmentVersion
from tests.campaigns.stage import (
    NOW,
    condition,
    crowd,
    decided,
    draft,
    everybody,
    fold,
    points_at_least,
)
from tests.messages import track

Send = Callable[..., Taken]
Pushed = Mapping[str, Message]
# PostgreSQL's log shows a reader only what is committed.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
SECOND = timedelta(seconds=1)
EVENT = Campaign.Occasion.EVENT
TRANSITION = Campaign.Occasion.TRANSITION


def welcome(workspace: Workspace, **fields: Any) -> Campaign:
    said: dict[str, Any] = {"occasion": EVENT, "event_name": "Course Enrolled"} | fields
    campaign = draft("welcome", **said)
    launch(campaign, workspace, NOW)
    return campaign


def happened(send: Send, *messages: object) -> None:
    send(*messages, now=NOW + SECOND)
    fold()


def test_event__of_the_campaign__then_one_decision_with_its_message_id(
    workspace: Workspace, send: Send
) -> None:
    people = crowd(2)
    welcome(workspace)
    enrolled = track("p0", "Course Enrolled", NOW)
    happened(send, enrolled, track("p1", "Course Viewed", NOW))
    assert match_events(workspace, NOW) == 2
    decision = Decision.objects.get()
    assert decision.person == people[0]
    assert decision.occasion == f"event:{enrolled['messageId']}"
    assert Delivery.objects.get().decision == decision


def test_event__sent_and_matched_again__then_still_once(workspace: Workspace, send: Send) -> None:
    crowd(1)
    welcome(workspace)
    enrolled = track("p0", "Course Enrolled", NOW)
    happened(send, enrolled)
    match_events(workspace, NOW)
    at = cursor("campaigns")
    at.position = at.xid = 0  # as after a crash before the cursor moved
    at.save()
    happened(send, enrolled)
    assert match_events(workspace, NOW) == 1
    assert Decision.objects.count() == Delivery.objects.count() == 1


def test_event__twice_by_one_person__then_two_occasions(workspace: Workspace, send: Send) -> None:
    crowd(1)
    welcome(workspace)
    happened(send, *(track("p0", "Course Enrolled", NOW) for _ in range(2)))
    match_events(workspace, NOW)
    assert Delivery.objects.count() == 2


def test_event__before_the_launch__then_no_occasion(workspace: Workspace, send: Send) -> None:
    crowd(1)
    welcome(workspace)
    happened(
        send,
        track("p0", "Course Enrolled", NOW - timedelta(microseconds=1)),
        track("p0", "Course Enrolled", NOW),
    )
    match_events(workspace, NOW)
    assert Decision.objects.count() == 1


def test_event__not_folded_yet__then_waits_for_the_personas(
    workspace: Workspace, send: Send
) -> None:
    crowd(1)
    welcome(workspace)
    send(track("p0", "Course Enrolled", NOW), now=NOW)
    assert match_events(workspace, NOW) == 0
    fold()
    assert match_events(workspace, NOW) == 1


def test_event__campaign_paused__then_no_decision(workspace: Workspace, send: Send) -> None:
    crowd(1)
    pause(welcome(workspace))
    happened(send, track("p0", "Course Enrolled", NOW))
    match_events(workspace, NOW)
    assert not Decision.objects.exists()


def test_event__a_no__then_kept_with_its_reason_and_nothing_delivered(
    workspace: Workspace, send: Send
) -> None:
    crowd(1)
    welcome(workspace, audience=points_at_least(1))
    happened(send, track("p0", "Course Enrolled", NOW))
    match_events(workspace, NOW)
    assert Decision.objects.get().outcome == "not_in_audience"
    assert not Delivery.objects.exists()


def test_event__in_quiet_hours__then_delivered_in_the_morning(
    workspace: Workspace, send: Send, pushed: Pushed
) -> None:
    crowd(4)
    welcome(workspace)
    night = NOW.replace(hour=23)
    happened(send, *(track(f"p{i}", "Course Enrolled", night) for i in range(4)))
    match_events(workspace, night)
    deliver_due(workspace, night)
    assert not pushed
    deliver_due(workspace, NOW + timedelta(days=1))
    found = Delivery.objects.values_list("state", "arm", "variant")
    assert set(found) == {(State.DELIVERED, 1, "plain")}


def test_event__another_campaign_names_an_unknown_column__then_this_one_goes_on(
    workspace: Workspace, send: Send
) -> None:
    crowd(1)
    bad = draft("bad", occasion=EVENT, event_name="Course Enrolled")
    launch(bad, workspace, NOW)
    churned = condition({"type": "score", "name": "churn", "op": "gte", "value": 0.5})
    Campaign.objects.filter(pk=bad.pk).update(audience=churned)
    campaign = welcome(workspace)
    happened(send, track("p0", "Course Enrolled", NOW))
    assert match_events(workspace, NOW) == 1
    assert Delivery.objects.get().campaign == campaign


def version(segment: Segment, entered: list[int], at: datetime = NOW) -> SegmentVersion:
    people, nobody = BitMap(entered), BitMap()
    return SegmentVersion.objects.create(
        segment=segment, as_of=at, checked_at=at, size=len(entered), n_entered=len(entered),
        n_left=0, members_blob=people.serialize(), entered_blob=people.serialize(),
        left_blob=nobody.serialize(), personas_version="staged",
    )  # fmt: skip


def test_transition__entered_since_the_launch__then_decided_once_a_version(
    workspace: Workspace,
) -> None:
    people = crowd(3)
    mine, other = (Segment.objects.create(key=k, name=k, condition=everybody()) for k in "ab")
    launch(draft(occasion=TRANSITION, segment_key="a"), workspace, NOW)
    version(mine, [people[0].pk], NOW - SECOND)
    version(other, [people[2].pk])
    version(mine, [people[1].pk])
    assert match_transitions(workspace, NOW) == 1
    assert match_transitions(workspace, NOW) == 0
    assert [each.person for each in Delivery.objects.all()] == [people[1]]


def test_transition__left_and_entered_again__then_another_occasion(workspace: Workspace) -> None:
    people = crowd(1)
    segment = Segment.objects.create(key="a", name="a", condition=everybody())
    launch(draft(occasion=TRANSITION, segment_key="a"), workspace, NOW)
    for _ in range(2):
        version(segment, [people[0].pk])
    match_transitions(workspace, NOW)
    assert Delivery.objects.count() == 2


@pytest.fixture
def delivered(workspace: Workspace, pushed: Pushed) -> Delivery:
    """At NOW; the goal is an order within two days."""
    crowd(2)
    campaign = draft(goal_days=2)
    rows = decided(campaign, workspace)
    deliver_due(workspace, NOW)
    return rows[0]


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(0), True),
        (timedelta(days=2), True),
        (timedelta(days=2, microseconds=1), False),
    ],
)
def test_outcome__window_edges__then_both_ends_are_inside(
    after: timedelta, counts: bool, delivered: Delivery, workspace: Workspace, send: Send
) -> None:
    moment = NOW + after
    send(track("p0", "Order Completed", moment), now=NOW + timedelta(days=3))
    fold()
    match_events(workspace, NOW + timedelta(days=3))
    assert Outcome.objects.exists() == counts
    if counts:
        assert Outcome.objects.get().delivery == delivered
        assert Outcome.objects.get().happened_at == moment


def test_outcome__other_events_and_people__then_not_counted(
    delivered: Delivery, workspace: Workspace, send: Send
) -> None:
    happened(
        send,
        track("p0", "Course Viewed", NOW + SECOND),
        track("stranger", "Order Completed", NOW + SECOND),
    )
    match_events(workspace, NOW + SECOND)
    assert not Outcome.objects.exists()


def test_outcome__matched_twice__then_once(
    delivered: Delivery, workspace: Workspace, send: Send
) -> None:
    happened(send, track("p0", "Order Completed", NOW + SECOND))
    match_events(workspace, NOW + SECOND)
    at = cursor("campaigns")
    at.position = at.xid = 0
    at.save()
    match_events(workspace, NOW + SECOND)
    assert Outcome.objects.count() == 1


def test_outcome__people_became_one__then_still_counted(
    delivered: Delivery, workspace: Workspace, send: Send
) -> None:
    happened(
        send,
        track(None, "Order Completed", NOW + SECOND, anonymous="phone"),
        track("p0", "Course Viewed", NOW + SECOND, anonymous="phone"),
    )
    match_events(workspace, NOW + SECOND)
    assert Outcome.objects.filter(delivery=delivered).count() == 1
