"""A budget is what coupons may be worth at most; a coupon is issued once a delivery."""

from __future__ import annotations

import random

import pytest
from django.db.models import Sum
from pytest_django import Settings

from campaigns.actions.issue_coupon import IssueCoupon
from campaigns.delivering import deliver_due
from campaigns.launching import launch
from campaigns.models import Campaign, Coupon, Delivery, InboxCard, State
from campaigns.placements import fill
from campaigns.rules import action_of
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, coupons, crowd, decided, draft, states

TWO = {
    "small": ("issue_coupon", {"value_cents": 700}),
    "large": ("issue_coupon", {"value_cents": 1_100}),
}


def given_out(campaign: Campaign) -> int:
    total: int = Coupon.objects.filter(campaign=campaign).aggregate(t=Sum("value_cents"))["t"] or 0
    return total


@pytest.mark.parametrize("budget", [0, 1, 699, 700, 1_100, 5_000, 7_777, 100_000])
def test_budget__two_variants__then_never_exceeded_and_used_as_far_as_it_goes(
    workspace: Workspace, budget: int
) -> None:
    crowd(12)
    campaign = draft(variants=TWO, budget_cents=budget)
    rows = decided(campaign, workspace)
    random.Random(budget).shuffle(rows)
    deliver_due(workspace, NOW)
    campaign.refresh_from_db()
    assert campaign.spent_cents == given_out(campaign) <= budget
    held = [state for state in states(campaign) if state == (State.HELD, "budget")]
    assert len(held) + Coupon.objects.count() == len(rows)
    if held:
        assert budget - campaign.spent_cents < 1_100


def test_budget__none__then_no_limit(workspace: Workspace) -> None:
    crowd(5)
    campaign = draft(variants=coupons(1_000))
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    assert given_out(campaign) == 5_000


def test_budget__holdout__then_costs_nothing(workspace: Workspace) -> None:
    crowd(30)
    campaign = draft(variants=coupons(1_000), holdout_percent=50, budget_cents=100_000)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    campaign.refresh_from_db()
    withheld = Delivery.objects.filter(state=State.WITHHELD)
    assert withheld.exists() and not Coupon.objects.filter(delivery__in=withheld).exists()
    assert campaign.spent_cents == given_out(campaign) == (30 - withheld.count()) * 1_000


def test_coupon__composed_twice__then_is_the_same_one(workspace: Workspace) -> None:
    crowd(1)
    campaign = draft(variants=coupons())
    (row,) = decided(campaign, workspace)
    action = action_of(campaign.variants.get())
    assert action.compose(row, NOW) == action.compose(row, NOW)
    assert Coupon.objects.count() == 1


def test_coupon__composing_fails__then_neither_coupon_nor_cost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(1)
    campaign = draft(variants=coupons(1_000), budget_cents=1_000)
    decided(campaign, workspace)
    whole = IssueCoupon.compose

    def breaks(self: IssueCoupon, *given: object) -> None:
        whole(self, *given)  # type: ignore[arg-type]
        raise ZeroDivisionError

    monkeypatch.setattr(IssueCoupon, "compose", breaks)
    deliver_due(workspace, NOW)
    assert states(campaign) == [(State.CLAIMED, "")]  # its lease runs out, then it is tried again
    campaign.refresh_from_db()
    assert (campaign.spent_cents, Coupon.objects.count()) == (0, 0)


def test_budget__the_channel_says_later__then_one_coupon_costs_once(
    workspace: Workspace, settings: Settings
) -> None:
    settings.CHANNELS = {"inbox": "inbox", "sms": "webhook"}
    settings.PUSH_WEBHOOK_URL = "http://127.0.0.1:1/"  # nobody listens there: try later
    settings.PUSH_WEBHOOK_SECRET = "whsec_c2VjcmV0"
    crowd(1)
    from marketing.people.models import Consent, Person

    Consent.objects.create(person=Person.objects.get(), channel="sms", granted=True, changed_at=NOW)
    campaign = draft(variants=coupons(1_000, channel="sms"), budget_cents=10_000)
    (row,) = decided(campaign, workspace)
    for _ in range(3):
        row.refresh_from_db()
        deliver_due(workspace, row.due_at)
    campaign.refresh_from_db()
    assert Coupon.objects.count() == 1
    assert campaign.spent_cents == 1_000


def test_budget__coupons_in_a_placement__then_never_exceeded(workspace: Workspace) -> None:
    people = crowd(5)
    campaign = draft(
        variants=coupons(1_000, channel=""), occasion="request", placement="home",
        budget_cents=2_000,
    )  # fmt: skip
    launch(campaign, workspace, NOW)
    for each in people:
        fill("home", each.pk, workspace, NOW)
    assert given_out(campaign) == 2_000


def test_card__sent_twice_by_the_worker__then_is_one(workspace: Workspace) -> None:
    crowd(1)
    (row,) = decided(draft(variants=coupons()), workspace)
    deliver_due(workspace, NOW)
    # As after a restore from a backup taken before the receipt.
    Delivery.objects.filter(pk=row.pk).update(state=State.PENDING, finished_at=None)
    deliver_due(workspace, NOW)
    assert InboxCard.objects.count() == Coupon.objects.count() == 1
