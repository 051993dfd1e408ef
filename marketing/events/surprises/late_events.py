"""A day on which many more of the events than usual had happened over 24 hours before."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import ClassVar

from marketing.events.surprises import Day, Found, SurpriseKind, Value
from marketing.kernel.text import Text

# Days with fewer events say nothing, and so do fewer days.
_EVENTS, _DAYS = 100, 7
# Ten points more than usual, and three times as much.
_POINTS, _TIMES = 0.1, 3.0


class LateEvents(SurpriseKind):
    label: ClassVar[Text] = Text("Late events", "迟到事件增多")
    says: ClassVar[Text] = Text(
        "{share} % of what came on {day} had happened over 24 hours before; usually {usual} %",
        "{day} 收到的事件中有 {share} % 发生在 24 小时以前；通常为 {usual} %",
    )
    example: ClassVar[Found] = Found(
        mark="2024-06-12", what={"share": 40, "usual": 2, "day": "2024-06-12"}
    )

    @classmethod
    def on_day(cls, day: Day) -> Iterable[Found]:
        if not day.came:
            return
        now, *before = day.came
        shares = [each.late / each.events for each in before if each.events >= _EVENTS]
        if now.events < _EVENTS or len(shares) < _DAYS:
            return
        share, usual = now.late / now.events, median(shares)
        if share > usual + _POINTS and share > _TIMES * usual:
            on = day.of.isoformat()
            what: dict[str, Value] = {
                "share": round(100 * share), "usual": round(100 * usual), "day": on,
            }  # fmt: skip
            yield Found(mark=on, times=now.late, what=what)
