"""One event becomes money: over HTTP, from the app's first post to the explained decision."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from campaigns.delivering import deliver_due
from campaigns.launching import launch
from campaigns.models import Campaign, Coupon, Delivery, Outcome, Variant
from marketing import pipeline
from marketing.api.models import ApiKey
from marketing.experiments.models import Experiment, Exposure
from marketing.experiments.types import GOAL, MONEY, stored
from marketing.people.models import Person
from marketing.workspace.models import Workspace
from segments.models import Segment
from tests.api.caller import Caller, bearer, json, key, token
from tests.campaigns.stage import NOW
from tests.messages import identify, track

# PostgreSQL's log shows a reader only what is committed.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PEOPLE = 40
LAPSED = {"type": "trait", "name": "days_since_active", "op": "gte", "value": 28}


@pytest.fixture
def clock(workspace: Workspace) -> Workspace:
    cache.clear()
    workspace.frozen_at = NOW
    workspace.save()
    return workspace


def set_clock(workspace: Workspace, at: datetime) -> datetime:
    workspace.frozen_at = at
    workspace.save()
    return at


def campaign_for(segment: str) -> Campaign:
    inside = {"type": "segment", "name": segment}
    campaign = Campaign.objects.create(
        key="win-back", name="Win back", holdout_percent=25, goal_days=7, budget_cents=10_000_000,
        audience={"version": 1, "condition": {"all": [inside]}},
    )  # fmt: skip
    Variant.objects.create(
        campaign=campaign, key="coupon", name="Coupon", action="issue_coupon",
        parameters={"value_cents": 5_000, "title": "{value} off", "body": "Use {code}."},
    )  # fmt: skip
    return campaign


def post_history(app: Caller) -> None:
    """Forty people bought a course a while ago and agreed to the inbox; p0 also bought today."""
    long_ago = NOW - 60 * DAY
    for i in range(PEOPLE):
        name = f"p{i}"
        said = identify(name, long_ago, inbox_consent=True, region="north")
        bought = track(name, "Order Completed", long_ago, content="algebra", price_cents=9_900)
        assert json(app.batch(said, bought))["accepted"] == 2
    assert json(app.batch(track("p0", "Course Viewed", NOW)))["accepted"] == 1


def launched(clock: Workspace, app: Caller) -> Campaign:
    """Events, personas, the segment, the campaign, and its first run."""
    post_history(app)
    Segment.objects.create(
        key="lapsed", name="Lapsed", condition={"version": 1, "condition": LAPSED}
    )
    pipeline.refresh(clock, NOW)
    assert Segment.objects.get().versions.get().size == PEOPLE - 1
    campaign = campaign_for("lapsed")
    launch(campaign, clock, NOW)
    assert pipeline.launch_due(clock, NOW) == 1
    return campaign


def delivered(clock: Workspace, campaign: Campaign) -> Coupon:
    """The worker delivers; one of the coupons."""
    counts = campaign.runs.get().counts
    held = counts["programme_holdout"]
    assert counts["yes"] + counts["withheld"] + held == PEOPLE - 1
    assert counts["not_in_audience"] >= 1
    pipeline.drain(clock, NOW + MINUTE)
    assert Coupon.objects.count() == counts["yes"]
    own = Exposure.objects.filter(experiment__key="win-back")
    assert own.count() == PEOPLE - 1 - held
    assert Exposure.objects.exclude(experiment__key="win-back").count() == PEOPLE - 1
    coupon = Coupon.objects.order_by("id").first()
    assert coupon is not None
    return coupon


def found_on_the_phone(coupon: Coupon, phone: Caller) -> None:
    name = coupon.person.external_id
    (card,) = json(phone.get(f"/api/v1/people/{name}/inbox"))["cards"]
    assert card["coupon_code"] == coupon.code and coupon.code in card["body"]
    (offered,) = json(phone.get(f"/api/v1/people/{name}/offers"))["coupons"]
    assert offered["code"] == coupon.code


def nothing_for_the_holdout(signer: ApiKey) -> None:
    withheld = Delivery.objects.filter(arm=0, held_by="")
    held_out = Person.objects.get(pk=withheld.values("person")[:1])
    name = held_out.external_id
    page = json(bearer(token(signer, name)).get(f"/api/v1/people/{name}/inbox"))
    assert page["cards"] == []


def bought(clock: Workspace, coupon: Coupon, app: Caller, server: Caller) -> datetime:
    """A day later the host redeems, the app reports the order; it is the delivery's outcome."""
    at = set_clock(clock, NOW + DAY)
    path = f"/api/v1/coupons/{coupon.code}/redeem"
    assert server.post(path, {"order": "A-1"}, Idempotency_Key="A-1").status_code == 200
    name = coupon.person.external_id
    app.batch(track(name, "Order Completed", at, content="calculus", price_cents=4_900))
    pipeline.drain(clock, at + MINUTE)
    assert Outcome.objects.get().delivery == coupon.delivery
    return at


def measured(clock: Workspace, counts: dict[str, int], at: datetime) -> None:
    pipeline.measure(clock, at)
    result = stored(Experiment.objects.get(key="win-back"))
    assert result is not None
    assert (sum(result.exposed[1:]), result.exposed[0]) == (counts["yes"], counts["withheld"])
    assert result.immature == sum(result.exposed)
    assert result.metric(GOAL).treated is None  # nobody's window is over
    pipeline.measure(clock, at + 20 * DAY)
    result = stored(Experiment.objects.get(key="win-back"))
    assert result is not None
    goal, money = result.metric(GOAL), result.metric(MONEY)
    assert (goal.together.total, money.together.total) == (1, 4_900)
    assert (goal.arms[0].total, money.arms[0].total) == (0, 0)
    effect = goal.treated
    assert effect is not None and effect.low <= effect.estimate <= effect.high


def explained(coupon: Coupon, phone: Caller, server: Caller) -> None:
    """To the host and to themselves, alike."""
    decision = coupon.delivery.decision
    said = json(server.get(f"/api/v1/decisions/{decision.pk}"))
    assert (said["person"], said["outcome"]) == (coupon.person.external_id, "yes")
    assert said["inputs"]["segment:lapsed"] is True
    (reason,) = said["reasons"]
    assert reason["holds"] is True and "Lapsed" in reason["sentence"]
    assert json(phone.get(f"/api/v1/decisions/{decision.token}")) == said


def test_event__of_forty_people__then_becomes_money_and_is_explained(clock: Workspace) -> None:
    app = bearer(key("write")[1])
    signer, secret = key("server")
    server = bearer(secret)
    campaign = launched(clock, app)
    coupon = delivered(clock, campaign)
    phone = bearer(token(signer, coupon.person.external_id))
    found_on_the_phone(coupon, phone)
    nothing_for_the_holdout(signer)
    at = bought(clock, coupon, app, server)
    offers = json(phone.get(f"/api/v1/people/{coupon.person.external_id}/offers"))
    assert offers["coupons"] == []
    measured(clock, campaign.runs.get().counts, at + MINUTE)
    explained(coupon, phone, server)


def test_pipeline__passes_again__then_nothing_happens_twice(clock: Workspace) -> None:
    campaign = launched(clock, bearer(key("write")[1]))
    delivered(clock, campaign)
    before = (Delivery.objects.count(), Coupon.objects.count(), Exposure.objects.count())
    for i in range(2, 5):
        pipeline.drain(clock, NOW + i * MINUTE)
        pipeline.launch_due(clock, NOW + i * MINUTE)
    pipeline.refresh(clock, NOW + 10 * MINUTE)
    assert deliver_due(clock, NOW + 10 * MINUTE) == 0
    assert (Delivery.objects.count(), Coupon.objects.count(), Exposure.objects.count()) == before
