"""Looks: one a day, planned, so that looking every day makes no false findings.

Only who was exposed within the planned days and has had the whole goal window counts. How much of
the chance to be wrong may be spent is told by how much of the planned time is over (O'Brien and
Fleming's spending), the bound by the people seen at each look (``statistics/spending.py``). The
first look that decides is the last one, so there is one verdict, and it stays. Other methods look
as often; a confidence sequence may decide at any, the rest at the last one only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.arms import arm_rows
from marketing.experiments.asking import Question, holding, question, treated_arms
from marketing.experiments.believing import belief
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment, Look
from marketing.experiments.schedule import ALPHA, Schedule
from marketing.experiments.statistics import always_valid
from marketing.experiments.statistics.spending import obrien_fleming
from marketing.experiments.types import GOAL, MONEY
from marketing.kernel.moments import microseconds

Method = Experiment.Method


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
    who = _counting(experiment, seen, now)
    holds = holding(experiment, experiment.goal_days, now)
    asked = {key: question(experiment, seen, key, who, holds) for key in (GOAL, MONEY)}
    treated = treated_arms(experiment)
    made = summing.cells(asked[GOAL].sums, treated, experiment.control)
    information = summing.information(made)
    if not is_last and information <= (last.information if last else 0.0):
        return  # nothing new, or a group has nobody yet
    schedule = Schedule.of(before, share, information, is_last=is_last)
    Look.objects.create(
        experiment=experiment, day=day, looked_at=now, information=information, is_last=is_last,
        treated=sum(cell.treated.n for cell in made), holdout=sum(cell.control.n for cell in made),
        share=share, spent=obrien_fleming(ALPHA, share), **_asked(asked[GOAL]),
        **_goal(asked[GOAL], treated, schedule),
        **_money(asked[MONEY], treated, schedule),
        arms=arm_rows(asked[GOAL], treated, schedule),
        sums={key: summing.documents(each.sums) for key, each in asked.items()},
    )  # fmt: skip


def _asked(goal: Question) -> Mapping[str, Any]:
    """How: kept, since the experiment may be edited afterwards."""
    experiment = goal.experiment
    return {"method": experiment.method, "shape": goal.shape, "percentile": goal.percentile,
            "control": experiment.control, "is_steered": goal.steered is not None,
            "lower_is_better": goal.values.definition.lower_is_better}  # fmt: skip


def _counting(experiment: Experiment, seen: Measured, now: datetime) -> NDArray[np.bool_]:
    """bool[n]: exposed within the planned days, and the goal window is over."""
    planned = seen.since < microseconds(experiment.planned_until)
    return seen.mature(GOAL, microseconds(now)) & planned


def _goal(asked: Question, treated: Sequence[int], schedule: Schedule) -> Mapping[str, Any]:
    """Of a person, treated minus control."""
    found = asked.against(treated)
    if found is None:
        return {"bound": schedule.bound()}
    method = asked.experiment.method
    told = belief(asked, treated, found) if method == Method.BAYES else None
    if told is not None:
        low, high = (told.low, told.high) if schedule.is_last else (None, None)
        return {"estimate": found.value, "z": found.z, "bound": None, "low": low, "high": high,
                "better": told.better}  # fmt: skip
    bound = _bound(asked, found.people, schedule)
    ends = (found.bounds(bound) if bound is not None else None) or (None, None)
    return {"estimate": found.value, "z": found.z, "bound": bound, "low": ends[0], "high": ends[1]}


def _bound(asked: Question, people: int, schedule: Schedule) -> float | None:
    """|z| from which this look decides, by the experiment's method; None: it does not.

    Where the control's own share followed the answers, only the last one does.
    """
    method = asked.experiment.method
    if not asked.is_steady:
        return schedule.single()
    if method == Method.ALWAYS_VALID:
        return always_valid.widening(people, 1 - ALPHA)
    if method == Method.LOOKS:
        return schedule.bound()
    return schedule.single()


def _money(asked: Question, treated: Sequence[int], schedule: Schedule) -> Mapping[str, Any]:
    """Cents a person, treated minus control."""
    found = asked.against(treated)
    if found is None:
        return {}
    bound = _bound(asked, found.people, schedule)
    ends = (found.bounds(bound) if bound is not None else None) or (None, None)
    return {"money": found.value, "money_low": ends[0], "money_high": ends[1]}
