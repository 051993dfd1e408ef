"""A phone was there before its owner was known: what they were given follows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns.context import LedgerContext
from campaigns.models import Campaign, Coupon
from marketing.conditions.types import Ref
from marketing.events.intake import Taken
from marketing.people.queries import bucketing_ids, by_external_id
from marketing.workspace.models import Workspace
from tests.api.caller import json
from tests.api.stage import of, with_coupons
from tests.campaigns.stage import NOW, publish
from tests.messages import track

Send = Callable[..., Taken]


@pytest.fixture
def coupon(here: Workspace, send: Send) -> Coupon:
    """Ann's, from before she signed in on the phone, whose ordinal is the older one."""
    send(track(None, "Course Viewed", NOW, anonymous="phone"), now=NOW)
    (found,) = with_coupons(here, "ann")
    send(track("ann", "Course Viewed", NOW, anonymous="phone"), now=NOW)
    assert by_external_id("ann").pk < found.person_id
    return found


def test_offers__owner_was_merged__then_the_coupon_follows(coupon: Coupon) -> None:
    offers = json(of("ann").get("/api/v1/people/ann/offers"))
    assert [each["code"] for each in offers["coupons"]] == [coupon.code]


def test_inbox__owner_was_merged__then_the_card_follows(coupon: Coupon) -> None:
    page = json(of("ann").get("/api/v1/people/ann/inbox"))
    assert [each["coupon_code"] for each in page["cards"]] == [coupon.code]


def test_decision__owner_was_merged__then_still_theirs_to_read(coupon: Coupon) -> None:
    token = coupon.delivery.decision.token
    assert of("ann").get(f"/api/v1/decisions/{token}").status_code == 200


def test_cap__person_was_merged__then_earlier_messages_still_count(
    coupon: Coupon, here: Workspace
) -> None:
    publish()
    ann = by_external_id("ann").pk
    context = LedgerContext(Campaign.objects.get(), here, ann + 1, NOW, [ann])
    recent = context(Ref("context", "recent_messages"))
    assert recent is not None and recent.at(ann).values == 1


def test_bucketing__person_was_merged__then_the_arm_is_still_of_the_user_id(
    coupon: Coupon,
) -> None:
    assert bucketing_ids()[by_external_id("ann").pk] == "ann"
