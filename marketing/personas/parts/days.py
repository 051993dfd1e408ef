"""On how many local days."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape


class Days(PartKind):
    shape = Shape.DAYS
    empty = 0
    is_whole = True

    @classmethod
    def over_days(cls, days: Expression, today: int) -> Expression:
        return days.group_by("person").aggregate(answer=days.count())
