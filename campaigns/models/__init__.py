"""The campaigns' tables, one file a concern."""

from campaigns.models.ads import Ad
from campaigns.models.campaign import Campaign, Variant
from campaigns.models.coupon import Coupon
from campaigns.models.decision import Decision, DecisionRun, RuleSnapshot
from campaigns.models.delivery import Delivery, State
from campaigns.models.inbox import InboxCard
from campaigns.models.outcome import Outcome
from campaigns.models.programme import Programme
from campaigns.models.tester import Tester

__all__ = [
    "Ad",
    "Campaign",
    "Coupon",
    "Decision",
    "DecisionRun",
    "Delivery",
    "InboxCard",
    "Outcome",
    "Programme",
    "RuleSnapshot",
    "State",
    "Tester",
    "Variant",
]
