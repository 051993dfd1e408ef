"""The state of somebody's subscription: plan, state, days to renewal, days to its end."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec.structs import replace

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import ATTRIBUTE, Ask, Offer
from marketing.conditions.types import Operand, Ref
from marketing.kernel.text import Language, Text

Plain: TypeAlias = bool | int | float | str
# By the names of marketing.people.subscriptions.State.
STATES = {
    "trial": Text("in trial", "试用中"),
    "active": Text("active", "生效中"),
    "grace": Text("in the grace period", "宽限期"),
    "cancelled": Text("cancelled, not over yet", "已取消，未到期"),
    "refunded": Text("refunded", "已退款"),
    "ended": Text("ended", "已到期"),
}
FIELDS = {
    "state": Text("subscription state", "会员状态"),
    "plan": Text("subscription plan", "会员方案"),
    "days_to_renewal": Text("days to renewal", "距续费天数"),
    "days_to_end": Text("days to the end of the subscription", "距会员到期天数"),
    "days_since_start": Text("days since subscribing", "开通会员以来的天数"),
}


class Subscription(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Subscription", "会员"), ATTRIBUTE, {"field": Ask("subscription")},
        start={"field": "state", "op": "eq", "value": "active"}, order=3,
    )  # fmt: skip

    field: Literal["state", "plan", "days_to_renewal", "days_to_end", "days_since_start"] = "state"

    def ref(self) -> Ref:
        return Ref("subscription", self.field)

    def subject(self, language: Language, label: Label) -> str:
        return FIELDS[self.field].say(language)

    def describe(self, language: Language, label: Label) -> str:
        """A state by its name."""
        if self.field != "state":
            return super().describe(language, label)
        named = replace(self, value=_named(self.value, language))
        return super(Subscription, named).describe(language, label)


def _named(value: Operand, language: Language) -> Operand:
    if isinstance(value, tuple):
        return tuple(_name(each, language) for each in value)
    return None if value is None else _name(value, language)


def _name(value: Plain, language: Language) -> Plain:
    return STATES[value].say(language) if isinstance(value, str) and value in STATES else value
