"""The traits that ship with the product: recency, frequency, spending, learning, lifecycle."""

from __future__ import annotations

from typing import NamedTuple

from marketing.conditions.types import TraitSpec
from marketing.kernel.text import Text
from marketing.kernel.windows import Window

ENROLLED = "Course Enrolled"
SUBMITTED = "Assessment Submitted"
WITHDRAWN = "Course Withdrawn"
ORDERED = "Order Completed"
# What counts as being active. Withdrawing does not.
ACTIVITY = (
    ENROLLED, SUBMITTED, ORDERED, "Lesson Completed", "Lesson Progressed", "Course Viewed",
)  # fmt: skip
BOUGHT = (ENROLLED, ORDERED)
RECENT = Window(days=28)
BEFORE = Window(days=56, skip_days=28)


class NamedTrait(NamedTuple):
    spec: TraitSpec
    label: Text


def _trait(
    function: str,
    events: tuple[str, ...],
    label: Text,
    *,
    property: str | None = None,
    window: Window | None = None,
) -> NamedTrait:
    spec = TraitSpec(function=function, events=events, property=property, window=window or Window())
    return NamedTrait(spec, label)


SHIPPED: dict[str, NamedTrait] = {
    "days_since_active": _trait(
        "days_since", ACTIVITY, Text("Days since last activity", "距上次活跃天数")
    ),
    "days_since_first_active": _trait(
        "days_since_first", ACTIVITY, Text("Days since first activity", "距首次活跃天数")
    ),
    "activity_28d": _trait(
        "count", ACTIVITY, Text("Activity in the last 28 days", "近28天活跃次数"), window=RECENT
    ),
    "activity_before": _trait(
        "count",
        ACTIVITY,
        Text("Activity 29 to 84 days ago", "29至84天前活跃次数"),
        window=BEFORE,
    ),
    "active_days_84d": _trait(
        "active_days", ACTIVITY, Text("Active days in 84", "近84天活跃天数"), window=Window(days=84)
    ),
    "days_since_bought": _trait(
        "days_since", BOUGHT, Text("Days since last purchase", "距上次购买天数")
    ),
    "bought": _trait("count", BOUGHT, Text("Purchases", "购买次数")),
    "spent_cents": _trait(
        "sum", BOUGHT, Text("Total spent, cents", "累计消费（分）"), property="price_cents"
    ),
    "courses": _trait("distinct", BOUGHT, Text("Different courses", "课程数"), property="content"),
    "withdrawals": _trait("count", (WITHDRAWN,), Text("Withdrawals", "退课次数")),
    "submissions_84d": _trait(
        "count",
        (SUBMITTED,),
        Text("Submissions in 84 days", "近84天提交次数"),
        window=Window(days=84),
    ),
    "score_mean": _trait(
        "mean", (SUBMITTED,), Text("Mean assessment score", "平均测评分"), property="score"
    ),
    "days_late_mean_84d": _trait(
        "mean",
        (SUBMITTED,),
        Text("Mean days late in 84 days", "近84天平均迟交天数"),
        property="days_late",
        window=Window(days=84),
    ),
}
