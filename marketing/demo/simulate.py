"""Simulated answers: dice with a stated effect, posted through the real intake.

No real learner ever answered these campaigns. Every event here carries ``simulated: true``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from campaigns.models import Campaign, Coupon, Delivery, State
from campaigns.placements import Slot, fill
from campaigns.redeeming import redeem
from marketing.catalog.models import Content
from marketing.demo.answers import AnswerEffect, simulate_answers, stated_effect
from marketing.demo.setting import ANSWERED_AT, FROZEN_AT
from marketing.kernel.errors import Conflict
from marketing.personas.shipped import ENROLLED
from marketing.workspace.models import Workspace

_VISITS = 300


def answers(campaign: Campaign, effect: AnswerEffect, seed: int) -> list[dict[str, object]]:
    """One enrolment a converting person, at an hour between the delivery and the clock's move."""
    deliveries = list(_exposed(campaign))
    arms = np.array([delivery.arm for delivery in deliveries], dtype=np.int8)
    converts = simulate_answers(arms, effect, seed)
    hours = np.random.default_rng(seed).uniform(1, 13 * 24, len(deliveries))
    prices = list(Content.objects.order_by("external_id").values_list("external_id", "price_cents"))
    pick = np.random.default_rng(seed + 1).integers(0, len(prices), len(deliveries))
    return [
        _enrolment(delivery, float(hours[i]), *prices[int(pick[i])])
        for i, delivery in enumerate(deliveries)
        if converts[i]
    ]


def true_effect(campaign: Campaign, effect: AnswerEffect) -> float | None:
    """The stated effect on those who got a coupon: what the interval should cover."""
    arms = [delivery.arm for delivery in _exposed(campaign)]
    return stated_effect(effect, np.bincount(arms, minlength=len(effect.rates)).tolist())


def redeem_coupons(events: list[dict[str, object]]) -> int:
    """Whoever enrols uses the coupon, if there is one."""
    orders = {str(each["userId"]): each for each in events}
    used = 0
    for coupon in Coupon.objects.filter(redeemed_at=None).select_related("person"):
        order = orders.get(coupon.person.external_id)
        if order is None:
            continue
        try:
            redeem(coupon.code, str(order["messageId"]),
                   datetime.fromisoformat(str(order["timestamp"])))  # fmt: skip
            used += 1
        except Conflict:
            continue  # expired before this person came back
    return used


def visit_home(workspace: Workspace, now: datetime, seed: int) -> Iterator[Slot]:
    """Some people of the last year open the app's home page."""
    people = np.array(
        Delivery.objects.order_by("person_id").values_list("person_id", flat=True).distinct()
    )
    chosen = np.random.default_rng(seed).permutation(people)[:_VISITS]
    for person in sorted(int(each) for each in chosen):
        yield fill("home", person, workspace, now)


def _exposed(campaign: Campaign) -> Iterator[Delivery]:
    """In a stable order, so that the same seed answers alike."""
    rows = Delivery.objects.filter(campaign=campaign, state__in=[State.DELIVERED, State.WITHHELD])
    yield from rows.select_related("person").order_by("person_id")


def _enrolment(
    delivery: Delivery, after_hours: float, content: str, price_cents: int
) -> dict[str, object]:
    at = (delivery.finished_at or FROZEN_AT) + timedelta(hours=after_hours)
    return {
        "type": "track",
        "messageId": f"sim:{delivery.campaign.key}:{delivery.person.external_id}"[:100],
        "userId": delivery.person.external_id,
        "event": ENROLLED,
        "timestamp": min(at, ANSWERED_AT).isoformat(),
        "properties": {
            "content": content,
            "price_cents": price_cents,
            "price_assigned": True,
            "simulated": True,
        },
    }
