"""The standard events: what the product understands without being told.

Hosts may send any event; these have names in both languages, typed properties, and traits,
segments and analyses that ship with the product. Properties that nearly every question needs are
``PROMOTED``: the warehouse keeps them as typed columns beside the JSON, and scans read those.
"""

from __future__ import annotations

from typing import NamedTuple

from marketing.kernel.text import Text


class Promoted(NamedTuple):
    """A property with a column of its own: ``number`` (float64) or ``text``."""

    name: str
    type: str

    @property
    def column(self) -> str:
        return f"p_{self.name}"


# Only ever appended to: a row's ``shape`` says how many of these it was written with.
PROMOTED = (
    Promoted("content", "text"),
    Promoted("lesson", "text"),
    Promoted("category", "text"),
    Promoted("plan", "text"),
    Promoted("channel", "text"),
    Promoted("query", "text"),
    Promoted("price_cents", "number"),
    Promoted("quantity", "number"),
    Promoted("seconds", "number"),
    Promoted("progress", "number"),
    Promoted("rating", "number"),
    Promoted("score", "number"),
    Promoted("days_late", "number"),
)


class Possible(NamedTuple):
    """What a number can be at all; None is without end."""

    lowest: float | None = None
    highest: float | None = None

    def holds(self, value: float) -> bool:
        below = self.lowest is not None and value < self.lowest
        return not below and not (self.highest is not None and value > self.highest)


# Beyond these a value is a mistake, whatever the event.
GUARDED = {
    "price_cents": Possible(lowest=0),
    "quantity": Possible(lowest=0),
    "seconds": Possible(lowest=0),
    "progress": Possible(lowest=0, highest=100),
    "rating": Possible(lowest=0),
    "results": Possible(lowest=0),
}


class StandardEvent(NamedTuple):
    """A name as it is sent, how operators read it, and the properties that it is expected with."""

    name: str
    label: Text
    properties: tuple[str, ...]


STANDARD = (
    StandardEvent("Course Viewed", Text("Course viewed", "浏览课程"), ("content", "seconds")),
    StandardEvent("Searched", Text("Searched", "搜索"), ("query", "results")),
    StandardEvent(
        "Lesson Progressed",
        Text("Lesson progressed", "学习进度"),
        ("content", "lesson", "seconds", "progress"),
    ),
    StandardEvent(
        "Lesson Completed", Text("Lesson completed", "完成课时"), ("content", "lesson", "seconds")
    ),
    StandardEvent(
        "Course Enrolled", Text("Course enrolled", "报名课程"), ("content", "price_cents")
    ),
    StandardEvent("Course Withdrawn", Text("Course withdrawn", "退课"), ("content",)),
    StandardEvent("Course Completed", Text("Course completed", "完成课程"), ("content",)),
    StandardEvent(
        "Assessment Submitted",
        Text("Assessment submitted", "提交测评"),
        ("content", "score", "days_late"),
    ),
    StandardEvent("Product Added", Text("Added to cart", "加入购物车"), ("content", "price_cents")),
    StandardEvent(
        "Order Completed",
        Text("Order completed", "完成订单"),
        ("order_id", "content", "category", "price_cents", "quantity", "coupon"),
    ),
    StandardEvent(
        "Order Refunded", Text("Order refunded", "订单退款"), ("order_id", "content", "price_cents")
    ),
    StandardEvent(
        "Subscription Started",
        Text("Subscription started", "开通会员"),
        ("plan", "price_cents", "trial_ends_at", "renews_at", "ends_at"),
    ),
    StandardEvent(
        "Subscription Renewed",
        Text("Subscription renewed", "会员续费"),
        ("plan", "price_cents", "renews_at", "ends_at"),
    ),
    StandardEvent(
        "Subscription Cancelled", Text("Subscription cancelled", "取消会员"), ("plan", "ends_at")
    ),
    StandardEvent("Content Rated", Text("Content rated", "评分"), ("content", "rating")),
    StandardEvent("Comment Posted", Text("Comment posted", "发表评论"), ("content", "lesson")),
    StandardEvent("Content Shared", Text("Content shared", "分享"), ("content", "channel")),
    StandardEvent(
        "Survey Answered", Text("Survey answered", "回答问卷"), ("survey", "question", "answer")
    ),
    StandardEvent("Push Opened", Text("Push opened", "打开推送"), ("delivery", "channel")),
)
LABELS = {event.name: event.label for event in STANDARD}
EXPECTED = {event.name: event.properties for event in STANDARD}
_TYPES = {each.name: each.type for each in PROMOTED}


def expected_type(event: str, name: str) -> str:
    """``number`` or ``text`` of a standard event's property that has a column; empty otherwise."""
    return _TYPES.get(name, "") if name in EXPECTED.get(event, ()) else ""


# What operators read where a property is chosen.
PROPERTY_LABELS = {
    "content": Text("Content", "内容"),
    "lesson": Text("Lesson", "课时"),
    "category": Text("Category", "类别"),
    "plan": Text("Plan", "方案"),
    "channel": Text("Channel", "渠道"),
    "query": Text("Search words", "搜索词"),
    "results": Text("Results", "结果数"),
    "price_cents": Text("Price, in cents", "价格（分）"),
    "quantity": Text("Quantity", "数量"),
    "seconds": Text("Seconds", "秒数"),
    "progress": Text("Progress", "进度"),
    "rating": Text("Rating", "评分"),
    "score": Text("Score", "得分"),
    "days_late": Text("Days late", "迟交天数"),
    "order_id": Text("Order", "订单号"),
    "coupon": Text("Coupon", "优惠券"),
    "trial_ends_at": Text("End of the trial", "试用结束时间"),
    "renews_at": Text("Renewal", "续费时间"),
    "ends_at": Text("End", "到期时间"),
    "survey": Text("Survey", "问卷"),
    "question": Text("Question", "问题"),
    "answer": Text("Answer", "回答"),
    "delivery": Text("Delivery", "投递"),
}
