"""The state of somebody's subscription: plan, state, days to renewal, days to its end."""

from __future__ import annotations

from typing import Literal

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text

_FIELDS = {
    "state": Text("subscription state", "会员状态"),
    "plan": Text("subscription plan", "会员方案"),
    "days_to_renewal": Text("days to renewal", "距续费天数"),
    "days_to_end": Text("days to the end of the subscription", "距会员到期天数"),
    "days_since_start": Text("days since subscribing", "开通会员以来的天数"),
}


class Subscription(Criterion, frozen=True, kw_only=True):
    field: Literal["state", "plan", "days_to_renewal", "days_to_end", "days_since_start"] = "state"

    def ref(self) -> Ref:
        return Ref("subscription", self.field)

    def subject(self, language: Language, label: Label) -> str:
        return _FIELDS[self.field].say(language)
