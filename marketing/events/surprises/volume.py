"""A day with far more or far fewer of an event than its weekday has as a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import sqrt
from statistics import median
from typing import ClassVar

from marketing.events.surprises import Day, Found, SurpriseKind, Value
from marketing.kernel.text import Text

# At least so many of the eight weeks before must be known.
_WEEKS = 4
# So many times the usual spread, and at least so far from the usual number itself.
_SPREADS, _SHARE = 5.0, 0.5
# The median absolute deviation of a normal distribution times this is its standard deviation.
_NORMAL = 1.4826


class Volume(SurpriseKind):
    label: ClassVar[Text] = Text("Unusual volume", "数量异常")
    says: ClassVar[Text] = Text(
        "“{event}” came {events} times on {day}; that weekday it usually comes {usual} times",
        "“{event}”在 {day} 出现 {events} 次；同一星期几通常为 {usual} 次",
    )
    example: ClassVar[Found] = Found(
        event="Order Completed", mark="low 2024-06-10",
        what={"events": 3, "usual": 120, "day": "2024-06-12"},
    )  # fmt: skip

    @classmethod
    def on_day(cls, day: Day) -> Iterable[Found]:
        monday = day.of - timedelta(days=day.of.weekday())
        for name, (now, *before) in day.events.items():
            known = [n for n in before if n is not None]
            if now is None or len(known) < _WEEKS or not _is_far(now, known):
                continue
            usual = round(median(known))
            side = "high" if now > usual else "low"
            what: dict[str, Value] = {"events": now, "usual": usual, "day": day.of.isoformat()}
            # A week of such days is one surprise; another week's is another.
            yield Found(name, "", f"{side} {monday.isoformat()}", 1, what)


def _is_far(now: int, known: Sequence[int]) -> bool:
    """By median and median absolute deviation; never less than what chance alone does (Poisson)."""
    usual = median(known)
    spread = _NORMAL * median(abs(n - usual) for n in known)
    away = abs(now - usual)
    return away > _SPREADS * max(spread, sqrt(max(usual, 1.0))) and away > _SHARE * usual
