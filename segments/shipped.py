"""The segments that ship with the product."""

from __future__ import annotations

from typing import Any

from segments.models import Segment

Family = Segment.Family


def _trait(name: str, op: str, value: float | list[float] | None = None) -> dict[str, Any]:
    leaf: dict[str, Any] = {"type": "trait", "name": name, "op": op}
    return leaf if value is None else {**leaf, "value": value}


def _score(name: str, op: str, value: float | list[float]) -> dict[str, Any]:
    return {"type": "score", "name": name, "op": op, "value": value}


_IS_NEW = _trait("days_since_first_active", "lt", 28)
_ACTIVE_NOW = _trait("activity_28d", "gte", 1)
_ACTIVE_BEFORE = _trait("activity_before", "gte", 1)

# (key, English name, Chinese name, description, family, condition). The five lifecycle stages are
# exclusive, and everybody who was ever active is in exactly one (a test says so).
SHIPPED: list[tuple[str, str, str, str, str, dict[str, Any]]] = [
    (
        "new", "New", "新客", "First activity less than 28 days ago.", Family.LIFECYCLE,
        {"all": [_IS_NEW]},
    ),
    (
        "active", "Active", "活跃", "Active in the last 28 days and in the 56 before.",
        Family.LIFECYCLE, {"all": [{"not": _IS_NEW}, _ACTIVE_NOW, _ACTIVE_BEFORE]},
    ),
    (
        "returned", "Returned", "回流", "Active again after at least 56 quiet days.",
        Family.LIFECYCLE, {"all": [{"not": _IS_NEW}, _ACTIVE_NOW, {"not": _ACTIVE_BEFORE}]},
    ),
    (
        "at_risk", "At risk", "流失风险", "Quiet for 28 days, active in the 56 before.",
        Family.LIFECYCLE, {"all": [{"not": _IS_NEW}, {"not": _ACTIVE_NOW}, _ACTIVE_BEFORE]},
    ),
    (
        "lapsed", "Lapsed", "已流失", "Quiet for 84 days and more.", Family.LIFECYCLE,
        {
            "all": [
                _trait("days_since_first_active", "is_known"), {"not": _IS_NEW},
                {"not": _ACTIVE_NOW}, {"not": _ACTIVE_BEFORE},
            ]
        },
    ),
    (
        "champions", "Champions", "高价值客户", "Bought lately, often and much.", Family.RFM,
        {"all": [_score("rfm_r", "gte", 4), _score("rfm_f", "gte", 4), _score("rfm_m", "gte", 4)]},
    ),
    (
        "big_spenders", "Big spenders", "高消费客户", "The top fifth by money.", Family.RFM,
        {"all": [_score("rfm_m", "gte", 5)]},
    ),
    (
        "once_and_gone", "Once and gone", "一次性客户", "Bought once, long ago.", Family.RFM,
        {"all": [_score("rfm_r", "lte", 2), _trait("bought", "eq", 1)]},
    ),
    (
        "late_submitters", "Late submitters", "拖延提交者",
        "On average more than a day late in 84 days.", Family.BEHAVIOUR,
        {"all": [_trait("days_late_mean_84d", "gt", 1)]},
    ),
    (
        "course_collectors", "Course collectors", "多课程学员", "Took at least three courses.",
        Family.BEHAVIOUR, {"all": [_trait("courses", "gte", 3)]},
    ),
    (
        "high_scorers", "High scorers", "高分学员",
        "Mean assessment score of 85 and above, with recent work.", Family.BEHAVIOUR,
        {"all": [_trait("score_mean", "gte", 85), _trait("submissions_84d", "gte", 1)]},
    ),
]  # fmt: skip


def install() -> None:
    """Create the shipped segments that are missing; edited ones are left as they are."""
    for key, name, name_zh, description, family, condition in SHIPPED:
        Segment.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "name_zh": name_zh,
                "description": description,
                "family": family,
                "condition": {"version": 1, "condition": condition},
            },
        )
