"""The longest time between two days with such events that follow each other, in days."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape


class Gap(PartKind):
    shape = Shape.DAYS

    @classmethod
    def over_days(cls, days: Expression, today: int) -> Expression:
        import ibis

        before = days.day.lag().over(ibis.window(group_by=days.person, order_by=days.day))
        gaps = days.select(days.person, gap=days.day - before)
        gaps = gaps.filter(gaps.gap.notnull())
        return gaps.group_by("person").aggregate(answer=gaps.gap.max())
