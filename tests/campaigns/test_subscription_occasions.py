"""A date of a subscription is an occasion once, when it has come, for whom it still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from campaigns import dated
from campaigns.dated import match_subscriptions
from campaigns.launching import launch, pause
from campaigns.models import Campaign, Decision, Delivery
from marketing.events.intake import Taken
from marketing.kernel.moments import microseconds
from marketing.people.models import Person, Subscription
from marketing.people.services import subscribe
from marketing.people.subscriptions import CANCELLED, REFUNDED, RENEWED, STARTED, Fact
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, crowd, draft, fold
from tests.messages import track

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
Send = Callable[..., Taken]


def around(workspace: Workspace, now: datetime = NOW, **fields: Any) -> Campaign:
    said: dict[str, Any] = {
        "occasion": Campaign.Occasion.SUBSCRIPTION, "subscription_moment": "renews_at",
        "offset_days": -3,
    } | fields  # fmt: skip
    campaign = draft("dates", **said)
    campaign.full_clean()
    launch(campaign, workspace, now)
    return campaign


def said(person: Person, name: str, at: datetime, **moments: Any) -> None:
    told = {key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in moments.items()}  # fmt: skip
    fact = Fact(f"{name}-{person.pk}-{at}", microseconds(at), name, told)
    subscribe({person.pk: [fact]})


def yearly(person: Person, renews_at: datetime, plan: str = "yearly") -> None:
    said(person, STARTED, NOW - 300 * DAY, plan=plan, renews_at=renews_at)


def look(workspace: Workspace, now: datetime) -> list[tuple[int, str]]:
    """(person, occasion) of every decision so far, after a look."""
    match_subscriptions(workspace, now)
    return list(Decision.objects.order_by("id").values_list("person_id", "occasion"))


def test_date__when_its_days_before_have_come__then_once_for_that_term(
    workspace: Workspace,
) -> None:
    ann, bob = crowd(2)
    around(workspace)
    yearly(ann, NOW + 3 * DAY + HOUR)
    yearly(bob, NOW + 4 * DAY)
    assert look(workspace, NOW + HOUR - MINUTE) == []
    once = [(ann.pk, "subscription:renews_at:2024-06-15")]
    assert look(workspace, NOW + HOUR) == once
    for later in range(1, 90):
        assert look(workspace, NOW + HOUR + later * MINUTE) == once
    assert Delivery.objects.get().person == ann
    said(ann, RENEWED, NOW + 3 * DAY, renews_at=NOW + 33 * DAY)
    both = [*once, (bob.pk, "subscription:renews_at:2024-06-16")]
    assert look(workspace, NOW + 29 * DAY) == both
    assert look(workspace, NOW + 30 * DAY) == [*both, (ann.pk, "subscription:renews_at:2024-07-15")]


def test_date__when_nobody_looked_for_days__then_what_came_due_is_decided_in_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dated, "_ROWS", 2)
    people = crowd(7)
    around(workspace, offset_days=0)
    for i, person in enumerate(people):
        # Several share a moment, over the edge of a chunk.
        yearly(person, NOW + DAY * (1 + i // 3))
    found = look(workspace, NOW + 10 * DAY)
    assert [person for person, _occasion in found] == [each.pk for each in people]
    assert len({occasion for _person, occasion in found}) == 3
    assert look(workspace, NOW + 11 * DAY) == found
    assert Delivery.objects.count() == 7


def test_date__when_a_worker_dies_between_two_chunks__then_the_rest_comes_and_nothing_twice(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dated, "_ROWS", 2)
    people = crowd(6)
    campaign = around(workspace, offset_days=0)
    for i, person in enumerate(people):
        yearly(person, NOW + HOUR * (1 + 10 * i))
    campaign.refresh_from_db()
    chunks = dated._due(campaign, NOW, NOW + 9 * DAY)
    monkeypatch.setattr(dated, "_due", lambda *_: iter([next(chunks), 1 / 0]))
    with pytest.raises(ZeroDivisionError):
        dated._decide_due(campaign, NOW + 9 * DAY, workspace, NOW + 9 * DAY)
    monkeypatch.undo()
    assert len(look(workspace, NOW + 9 * DAY)) == 6
    assert len(look(workspace, NOW + 10 * DAY)) == Delivery.objects.count() == 6


@pytest.mark.parametrize(
    ("moment", "further"),
    [
        ("renews_at", (RENEWED, {"renews_at": NOW + 60 * DAY})),
        ("renews_at", (CANCELLED, {"ends_at": NOW + 40 * DAY})),
        ("renews_at", (REFUNDED, {"plan": "yearly"})),
        ("trial_ends_at", (RENEWED, {"renews_at": NOW + 60 * DAY})),
        ("trial_ends_at", (CANCELLED, {})),
        ("started_at", (REFUNDED, {"plan": "yearly"})),
        ("ends_at", (RENEWED, {"ends_at": NOW + 60 * DAY})),
    ],
)
def test_date__when_the_terms_changed_before_it__then_the_old_one_is_no_occasion(
    workspace: Workspace, moment: str, further: tuple[str, dict[str, Any]]
) -> None:
    ann, bob = crowd(2)
    offset = {"started_at": 12}.get(moment, 0)
    around(workspace, subscription_moment=moment, offset_days=offset)
    until = NOW + 2 * DAY
    for person in (ann, bob):
        said(person, STARTED, NOW - 10 * DAY, plan="yearly",
             **{"renews_at": until, "trial_ends_at": until, "ends_at": until})  # fmt: skip
    said(ann, further[0], NOW + DAY, **further[1])
    assert [person for person, _occasion in look(workspace, NOW + 3 * DAY)] == [bob.pk]


def test_date__of_a_cancelled_one__then_its_end_is_still_one(workspace: Workspace) -> None:
    (ann,) = crowd(1)
    around(workspace, subscription_moment="ends_at", offset_days=7)
    yearly(ann, NOW + DAY)
    said(ann, CANCELLED, NOW, ends_at=NOW + DAY)
    assert look(workspace, NOW + 8 * DAY) == [(ann.pk, "subscription:ends_at:2024-06-13")]


def test_date__with_a_plan__then_of_that_plan_only(workspace: Workspace) -> None:
    ann, bob = crowd(2)
    around(workspace, subscription_plan="gold")
    yearly(ann, NOW + 4 * DAY, plan="gold")
    yearly(bob, NOW + 4 * DAY, plan="silver")
    assert [person for person, _occasion in look(workspace, NOW + 2 * DAY)] == [ann.pk]


def test_date__that_passed_before_the_launch_or_in_a_pause__then_it_is_none(
    workspace: Workspace,
) -> None:
    people = crowd(3)
    for days, person in zip((-1, 2, 5), people, strict=True):
        yearly(person, NOW + 3 * DAY + days * DAY)
    campaign = around(workspace)
    pause(campaign)
    assert look(workspace, NOW + 3 * DAY) == []
    launch(campaign, workspace, NOW + 3 * DAY)
    assert [person for person, _occasion in look(workspace, NOW + 6 * DAY)] == [people[2].pk]


def test_date__of_a_visitor_who_became_a_user__then_once_for_both(workspace: Workspace) -> None:
    user, visitor = crowd(2)
    around(workspace)
    yearly(visitor, NOW + 3 * DAY + HOUR)
    assert len(look(workspace, NOW + HOUR)) == 1
    facts = [Fact(*each) for each in Subscription.objects.get().facts]
    Subscription.objects.all().delete()
    Person.objects.filter(pk=visitor.pk).update(merged_into=user)
    subscribe({user.pk: facts})
    assert len(look(workspace, NOW + HOUR + 5 * MINUTE)) == 1


def test_date__when_it_is_heard_a_little_late__then_still_and_after_an_hour_no_more(
    workspace: Workspace,
) -> None:
    ann, bob = crowd(2)
    around(workspace, subscription_moment="started_at", offset_days=0)
    assert look(workspace, NOW + HOUR) == []
    said(ann, STARTED, NOW + HOUR - MINUTE, plan="yearly")
    assert [person for person, _occasion in look(workspace, NOW + HOUR + 2 * MINUTE)] == [ann.pk]
    said(bob, STARTED, NOW + HOUR - MINUTE, plan="yearly")
    assert len(look(workspace, NOW + 3 * HOUR)) == 2
    said(ann, STARTED, NOW + HOUR - MINUTE - 2 * DAY, plan="other")
    assert len(look(workspace, NOW + 4 * HOUR)) == 2


def test_date__while_events_wait_to_be_folded__then_it_does_not_look_past_them(
    workspace: Workspace, send: Send
) -> None:
    (ann,) = crowd(1)
    around(workspace)
    yearly(ann, NOW + 3 * DAY + 2 * HOUR)
    send(track("p0", CANCELLED, NOW + HOUR), now=NOW + HOUR)
    assert look(workspace, NOW + 3 * HOUR) == []
    fold()
    assert len(look(workspace, NOW + 3 * HOUR)) == 1


def test_look__within_a_minute__then_it_asks_for_no_subscription(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    crowd(1)
    around(workspace)
    match_subscriptions(workspace, NOW + MINUTE)
    with django_assert_num_queries(1):
        match_subscriptions(workspace, NOW + MINUTE + 59 * timedelta(seconds=1))


def test_campaign__around_a_date_without_one__then_its_form_says_so(workspace: Workspace) -> None:
    crowd(1)
    with pytest.raises(ValidationError, match="subscription_moment"):
        around(workspace, subscription_moment="")
    Campaign.objects.all().delete()
    with pytest.raises(ValidationError, match="offset_days"):
        around(workspace, subscription_moment="started_at")


def test_migration__over_rows_of_before__then_it_fills_what_saying_it_now_fills(
    workspace: Workspace,
) -> None:
    people = crowd(4)
    for person in people:
        said(person, STARTED, NOW - 9 * DAY, plan="a", renews_at=NOW, trial_ends_at=NOW - DAY)
    for person, name in zip(people[1:], (RENEWED, CANCELLED, REFUNDED), strict=True):
        said(person, name, NOW - 2 * DAY, plan="a", renews_at=NOW + DAY, ends_at=NOW + 5 * DAY)
    moments = ("started_at", "trial_ends_at", "renews_at", "ends_at")
    wanted = list(Subscription.objects.order_by("pk").values_list(*moments))
    assert len(set(wanted)) == 4
    Subscription.objects.update(**dict.fromkeys(moments))
    import_module("marketing.people.migrations.0005_subscription_moments").fill(apps, None)
    assert list(Subscription.objects.order_by("pk").values_list(*moments)) == wanted
