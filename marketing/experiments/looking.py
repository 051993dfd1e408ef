"""Looks: one a day, planned, so that looking every day makes no false findings.

Only who was exposed within the planned days and has had the whole goal window counts. How much of
the chance to be wrong may be spent is told by how much of the planned time is over (O'Brien and
Fleming's spending), the bound by the people seen at each look (``statistics/spending.py``). The
first look that decides is the last one, so there is one verdict, and it stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment, Look
from marketing.experiments.statistics.estimate import of_means
from marketing.experiments.statistics.score import rate_difference
from marketing.experiments.statistics.spending import bounds, obrien_fleming
from marketing.experiments.statistics.sufficient import Mean, Proportion
from marketing.kernel.moments import microseconds

ALPHA = 0.05


class _Groups(NamedTuple):
    """Of people whose window is over: bool[n] treated and holdout."""

    treated: NDArray[np.bool_]
    holdout: NDArray[np.bool_]

    @property
    def information(self) -> float:
        """People in both groups, as if they were of one size: 4 / (1/t + 1/h)."""
        t, h = int(self.treated.sum()), int(self.holdout.sum())
        return 4 * t * h / (t + h) if t and h else 0.0


def share_over(experiment: Experiment, now: datetime) -> float:
    """How much of the planned time is over for those who count, 0 to 1."""
    ready = now - timedelta(days=experiment.goal_days) - experiment.started_at
    return min(max(ready / timedelta(days=experiment.planned_days), 0.0), 1.0)


def look(experiment: Experiment, seen: Measured, now: datetime, zone: ZoneInfo) -> None:
    """Look if a look is due: at most one a day, none after the one that decided."""
    share, before = share_over(experiment, now), list(experiment.looks.all())
    is_last, last = share >= 1, before[-1] if before else None
    day = now.astimezone(zone).date()
    if share <= 0 or (last and (last.is_last or last.decides or last.day >= day)):
        return
    groups = _mature(experiment, seen, now)
    information = groups.information
    if not is_last and information <= (last.information if last else 0.0):
        return  # nothing new, or a group has nobody yet
    # Nothing new since the look before: this one, which may spend more, takes its place.
    earlier = [each for each in before if each.information < information]
    spent = obrien_fleming(ALPHA, share)
    bound = _bound([each.information for each in earlier], [each.spent for each in earlier],
                   information, spent)  # fmt: skip
    Look.objects.create(
        experiment=experiment, day=day, looked_at=now, treated=int(groups.treated.sum()),
        holdout=int(groups.holdout.sum()), information=information, spent=spent, bound=bound,
        is_last=is_last, **_goal(seen, groups, bound), **_money(seen, groups, bound),
    )  # fmt: skip


def _bound(
    information: list[float], spent: list[float], now: float, spent_now: float
) -> float | None:
    """None while nothing may be spent, or where one group has nobody."""
    if now <= 0:
        return None
    found = bounds([*information, now], [*spent, spent_now])[-1]
    return found if isfinite(found) else None


def _mature(experiment: Experiment, seen: Measured, now: datetime) -> _Groups:
    counts = seen.mature("goal", microseconds(now)) & (
        seen.since < microseconds(experiment.planned_until)
    )
    return _Groups(counts & (seen.arms > 0), counts & (seen.arms == 0))


def _goal(seen: Measured, groups: _Groups, bound: float | None) -> dict[str, float | None]:
    """Share who reach the goal, treated minus holdout."""
    reached = seen.values["goal"].y > 0
    found = rate_difference(*(Proportion.of(reached[each]) for each in groups))
    if found is None:
        return {}
    ends = found.bounds(bound) if bound is not None else None
    low, high = ends or (None, None)
    return {"estimate": found.value, "z": found.z, "low": low, "high": high}


def _money(seen: Measured, groups: _Groups, bound: float | None) -> dict[str, float | None]:
    """Cents per person, treated minus holdout."""
    spent = seen.values["revenue"].y
    found = of_means(*(Mean.of(spent[each]) for each in groups))
    if found is None:
        return {}
    if bound is None:
        return {"money": found.value}
    ends = found.within(bound, 1 - ALPHA)
    return {"money": found.value, "money_low": ends.low, "money_high": ends.high}
