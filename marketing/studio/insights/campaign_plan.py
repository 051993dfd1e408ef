"""From a campaign to the planner: the address of the question that the campaign asks."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from campaigns.models import Campaign
from marketing.conditions.criteria.segment import Segment as InSegment
from marketing.conditions.groups import All, AnyOf, Node
from segments.models import Segment

_LOOKED_BACK_DAYS: Final = 56
_MOST_GOAL_DAYS: Final = 90
_MOST_PLANNED_DAYS: Final = 90


def address(campaign: Campaign) -> str:
    """The planner's page with the form filled in from the campaign."""
    page = reverse("admin:recommender_insightanswer_page", args=["planner"])
    return f"{page}?{urlencode(_asked(campaign))}"


def _asked(campaign: Campaign) -> dict[str, Any]:
    """The form's fields; who is active is who does the campaign's event, or anything."""
    occasion = Campaign.Occasion
    event, days, amount = _goal(campaign)
    goal_days = min(days, _MOST_GOAL_DAYS)
    return {
        "goal": event,
        "counts": "amount" if amount else "done",
        "amount": amount,
        "goal_days": goal_days,
        "active": campaign.event_name if campaign.occasion == occasion.EVENT else "",
        "days": max(_LOOKED_BACK_DAYS, 2 * goal_days),
        "segment": _segment(campaign),
        "reach": "at_once" if campaign.occasion == occasion.SCHEDULE else "as_they_come",
        "holdout_percent": max(campaign.holdout_percent, 1),
        "planned_days": min(campaign.planned_days or 14, _MOST_PLANNED_DAYS),
        "power": 80,
        "daily_looks": "yes" if campaign.method == "looks" else "no",
    }


def _goal(campaign: Campaign) -> tuple[str, int, str]:
    """Event, days, and the number that is summed where revenue decides; else empty."""
    metric = campaign.goal_metric
    if metric is None or metric.kind != "revenue":
        return campaign.goal_event, campaign.goal_days, ""
    return metric.event, metric.days, metric.value.reads


def _segment(campaign: Campaign) -> str:
    """The segment whose entering is the occasion, or that is all of the audience; else none."""
    key = campaign.segment_key
    if campaign.occasion != Campaign.Occasion.TRANSITION:
        key = _only_segment(campaign.audience_node)
    return key if key and Segment.objects.filter(key=key, active=True).exists() else ""


def _only_segment(node: Node) -> str:
    while isinstance(node, All | AnyOf) and len(node.parts) == 1:
        node = node.parts[0]
    if isinstance(node, InSegment) and node.op == "eq" and node.value is True:
        return node.name
    return ""
