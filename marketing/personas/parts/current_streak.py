"""Local days in a row up to today, or to yesterday while today has not happened yet."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape
from marketing.personas.parts.longest_streak import runs


class CurrentStreak(PartKind):
    shape = Shape.DAYS
    empty = 0
    ages = True
    is_whole = True

    @classmethod
    def over_days(cls, days: Expression, today: int) -> Expression:
        lengths = runs(days)
        lengths = lengths.filter(lengths["last"] >= today - 1)
        return lengths.group_by("person").aggregate(answer=lengths.length.max())
