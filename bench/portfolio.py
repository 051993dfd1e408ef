"""40 traits and 50 segments over them: what a busy workspace asks of its personas."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench.world import SEED
from marketing.conditions.groups import Node
from marketing.conditions.parse import parse
from marketing.conditions.types import TraitSpec
from marketing.kernel.windows import Window

ZONE = ZoneInfo("UTC")
VIEWED, LESSON, PLAYED, SEARCHED, ADDED, ORDERED, PUSH, COMMENT = (
    "Course Viewed", "Lesson Completed", "Lesson Progressed", "Searched", "Product Added",
    "Order Completed", "Push Opened", "Comment Posted",
)  # fmt: skip


def _spec(
    function: str, event: str, days: int | None = None, property: str | None = None
) -> TraitSpec:
    return TraitSpec(
        function=function, events=(event,), property=property, window=Window(days=days)
    )


# 30 within 90 days.
RECENT: dict[str, TraitSpec] = {
    **{f"viewed_{d}": _spec("count", VIEWED, d) for d in (7, 28, 90)},
    **{f"lessons_{d}": _spec("count", LESSON, d) for d in (7, 30, 90)},
    **{f"played_{d}": _spec("count", PLAYED, d) for d in (7, 30)},
    **{f"seconds_{d}": _spec("sum", PLAYED, d, "seconds") for d in (7, 30, 90)},
    "seconds_mean_30": _spec("mean", PLAYED, 30, "seconds"),
    **{f"searched_{d}": _spec("count", SEARCHED, d) for d in (7, 30, 90)},
    **{f"added_{d}": _spec("count", ADDED, d) for d in (7, 30)},
    "added_cents_30": _spec("sum", ADDED, 30, "price_cents"),
    **{f"orders_{d}": _spec("count", ORDERED, d) for d in (30, 60, 90)},
    **{f"spent_{d}": _spec("sum", ORDERED, d, "price_cents") for d in (30, 90)},
    "order_mean_90": _spec("mean", ORDERED, 90, "price_cents"),
    **{f"opened_{d}": _spec("count", PUSH, d) for d in (7, 30, 90)},
    **{f"commented_{d}": _spec("count", COMMENT, d) for d in (30, 90)},
    "last_lesson_90": _spec("days_since", LESSON, 90),
}
# 10 over all time, additive or last and first moments: kept as state.
ALL_TIME: dict[str, TraitSpec] = {
    "orders": _spec("count", ORDERED),
    "spent": _spec("sum", ORDERED, None, "price_cents"),
    "lessons": _spec("count", LESSON),
    "viewed": _spec("count", VIEWED),
    "seconds": _spec("sum", PLAYED, None, "seconds"),
    "opened": _spec("count", PUSH),
    "added": _spec("count", ADDED),
    "last_viewed": _spec("days_since", VIEWED),
    "last_order": _spec("days_since", ORDERED),
    "first_order": _spec("days_since_first", ORDERED),
}
TRAITS = RECENT | ALL_TIME
# What only a scan of all history answers: part of the cold rebuild.
DEEP: dict[str, TraitSpec] = {
    "courses_viewed": _spec("distinct", VIEWED, None, "content"),
    "courses_bought": _spec("distinct", ORDERED, None, "content"),
    "longest_gap": _spec("longest_gap", LESSON),
    "favourite": _spec("mode", VIEWED, None, "content"),
}
_OPERATORS = ("gte", "lte", "gt", "lt")


def segments(count: int = 50) -> list[dict[str, Any]]:
    """Conditions of one to three traits, all or any of them; every trait is used."""
    rng = np.random.default_rng(SEED)
    names = list(TRAITS)
    found: list[dict[str, Any]] = []
    for i in range(count):
        chosen = [names[i % len(names)]]
        chosen += rng.choice(names, size=int(rng.integers(0, 3)), replace=False).tolist()
        leaves = [_leaf(name, rng) for name in dict.fromkeys(chosen)]
        found.append({"all" if rng.random() < 0.7 else "any": leaves})
    return found


def _leaf(name: str, rng: np.random.Generator) -> dict[str, Any]:
    spec = TRAITS[name]
    value = int(rng.integers(1, 6))
    if spec.function in ("sum", "mean"):
        value = int(rng.integers(1, 40)) * 1_000
    if spec.function.startswith("days_since"):
        value = int(rng.integers(3, 90))
    return {"type": "trait", "name": name, "op": str(rng.choice(_OPERATORS)), "value": value}


def nodes() -> list[Node]:
    return [parse({"version": 2, "condition": each}) for each in segments()]
