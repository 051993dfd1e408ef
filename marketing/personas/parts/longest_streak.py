"""The most local days in a row."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape


class LongestStreak(PartKind):
    shape = Shape.DAYS
    empty = 0
    is_whole = True

    @classmethod
    def over_days(cls, days: Expression, today: int) -> Expression:
        lengths = runs(days)
        return lengths.group_by("person").aggregate(answer=lengths.length.max())


def runs(days: Expression) -> Expression:
    """person, last, length of every run of days: within one, day minus its rank stays the same."""
    import ibis

    rank = ibis.row_number().over(ibis.window(group_by=days.person, order_by=days.day))
    ranked = days.select(days.person, days.day, run=days.day - rank)
    return ranked.group_by(["person", "run"]).aggregate(
        last=ranked.day.max(), length=ranked.count()
    )
