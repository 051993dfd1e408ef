"""What the demo sets: its moment, its campaigns, and the effect that its dice have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.models import Ad, Campaign, Variant
from marketing.demo.answers import WIN_BACK_HOLDOUT
from marketing.personas.shipped import ENROLLED

# 10 in the morning in Shanghai, the workspace's time zone.
FROZEN_AT = datetime(2014, 12, 1, 2, tzinfo=UTC)
ANSWERED_AT = FROZEN_AT + timedelta(days=15)
# Training label windows end before this; presentations after it are the test.
CHURN_SPLIT_AT = datetime(2014, 2, 1, tzinfo=UTC)
CHURN_TEST = ("2014B", "2014J")
SEED = 20141201
WIN_BACK, NEXT_COURSE, HOME = "win-back-coupon", "next-best-course", "home-placement"

Occasion = Campaign.Occasion


def _condition(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "condition": {"all": list(parts)}}


def _coupon(value_cents: int) -> dict[str, Any]:
    return {
        "value_cents": value_cents,
        "valid_days": 30,
        "title": "{value} 学习券 · {value} off your next course",
        "body": "{code}",
    }


_CAMPAIGNS: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (
        {
            "key": WIN_BACK,
            "name": "Win-back coupon",
            "name_zh": "召回优惠券",
            "occasion": Occasion.SCHEDULE,
            "audience": _condition(
                {"type": "segment", "name": "at_risk"},
                {"type": "score_percentile", "name": "churn", "op": "gte", "value": 0.8},
            ),
            "holdout_percent": round(100 * WIN_BACK_HOLDOUT),
            "budget_cents": 10_000_000,
            "goal_event": ENROLLED,
            "goal_days": 14,
        },
        [
            {
                "key": "coupon-50", "name": "¥50 coupon", "name_zh": "50 元券",
                "action": "issue_coupon", "parameters": _coupon(5_000),
            },
            {
                "key": "coupon-100", "name": "¥100 coupon", "name_zh": "100 元券",
                "action": "issue_coupon", "parameters": _coupon(10_000),
            },
        ],
    ),
    (
        {
            "key": NEXT_COURSE,
            "name": "Next best course after an enrolment",
            "name_zh": "报名后的下一门课",
            "occasion": Occasion.EVENT,
            "event_name": ENROLLED,
            "audience": _condition(),
            "holdout_percent": 10,
            "cooldown_days": 7,
            "goal_event": ENROLLED,
            "goal_days": 14,
        },
        [
            {
                "key": "push", "name": "Push", "name_zh": "推送", "action": "recommend_course",
                "parameters": {"channel": "push", "title": "下一门课 · Next: {course}"},
            }
        ],
    ),
    (
        {
            "key": HOME,
            "name": "Home page placement",
            "name_zh": "首页推荐位",
            "occasion": Occasion.REQUEST,
            "placement": "home",
            "audience": _condition(),
            "holdout_percent": 10,
            "counts_as_message": False,
            "respects_quiet_hours": False,
            "goal_event": ENROLLED,
            "goal_days": 14,
        },
        [
            {
                "key": "course", "name": "Recommended course", "name_zh": "推荐课程",
                "action": "recommend_course",
                "parameters": {"channel": "", "title": "{course}", "body": "{because}"},
            },
            {
                "key": "ad", "name": "Membership ad", "name_zh": "会员广告", "action": "show_ad",
                "parameters": {"ad": "membership"},
            },
        ],
    ),
]  # fmt: skip


def create_campaigns() -> list[Campaign]:
    """The three campaigns as drafts; existing ones are left as they are."""
    Ad.objects.get_or_create(
        key="membership",
        defaults={"title": "知心会员 · Membership", "body": "全场课程随心学"},
    )
    found = []
    for fields, variants in _CAMPAIGNS:
        campaign, created = Campaign.objects.get_or_create(key=fields["key"], defaults=fields)
        if created:
            Variant.objects.bulk_create(Variant(campaign=campaign, **each) for each in variants)
        found.append(campaign)
    return found
