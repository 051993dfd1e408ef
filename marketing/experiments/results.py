"""A result: every arm against the holdout, with intervals and the check of the split.

Goals are counted per exposed person in every arm, within the goal window after the exposure,
never by which delivery claims them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.events.scans import fold_cursor, frame, open_source
from marketing.events.types import EventFrame
from marketing.experiments.metrics import METRICS
from marketing.experiments.models import Experiment, Exposure
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.ratio_mismatch import ratio_mismatch_p_value
from marketing.experiments.types import ArmResult, Effect, Result
from marketing.kernel.moments import microseconds
from marketing.people.queries import redirects


def compute(experiment: Experiment, now: datetime) -> Result:
    """From the exposures in SQL and the goal events of warehouse and log."""
    people, arms, since = _exposed(experiment)
    window_us = int(timedelta(days=experiment.goal_days) / timedelta(microseconds=1))
    goals, rows = _goals(experiment.goal_event, people, since, window_us)
    values = {name: METRICS.get(name).per_person(goals, rows, len(people)) for name in METRICS}
    n_arms = len(experiment.arms)
    return Result(
        arms=[_arm(experiment.arms[i], arms == i, arms == 0, values, i) for i in range(n_arms)],
        treated=_arm("treated", arms > 0, arms == 0, values, 1),
        immature=int((since + window_us > microseconds(now)).sum()),
        mismatch_p=ratio_mismatch_p_value(
            np.bincount(arms, minlength=n_arms).tolist(), list(experiment.weights)
        ),
    )


def refresh(now: datetime) -> list[tuple[Experiment, Result]]:
    """Compute and keep the result of every experiment."""
    found = []
    for experiment in Experiment.objects.all():
        result = compute(experiment, now)
        experiment.result = msgspec.to_builtins(result)
        experiment.result_at = now
        experiment.save(update_fields=["result", "result_at"])
        found.append((experiment, result))
    return found


def _exposed(
    experiment: Experiment,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(person, arm, moment in microseconds), one row a person: the first exposure, merges followed.

    Exposures to an arm that was taken away since are left out.
    """
    gone = redirects()
    first: dict[int, tuple[int, int]] = {}
    rows = Exposure.objects.filter(experiment=experiment, arm__lt=len(experiment.arms))
    for person, arm, moment in rows.order_by("exposed_at", "id").values_list(
        "person_id", "arm", "exposed_at"
    ):
        first.setdefault(gone.get(person, person), (arm, microseconds(moment)))
    people = np.fromiter(first, dtype=np.int64, count=len(first))
    pairs = np.array(list(first.values()), dtype=np.int64).reshape(-1, 2)
    return people, pairs[:, 0], pairs[:, 1]


def _goals(
    event: str, people: NDArray[np.int64], since: NDArray[np.int64], window_us: int
) -> tuple[EventFrame, NDArray[np.int64]]:
    """Goal events of exposed people inside their windows, and whose row each is."""
    goals = frame(open_source(fold_cursor()), (event,), numbers=("price_cents",))
    order = np.argsort(people)
    place = np.searchsorted(people, goals.person, sorter=order)
    place = np.minimum(place, max(len(people) - 1, 0))
    if not len(people):
        return goals.where(np.zeros(len(goals), dtype=bool)), np.zeros(0, dtype=np.int64)
    rows = order[place]
    start = since[rows]
    inside = (people[rows] == goals.person) & (goals.at_us >= start)
    inside &= goals.at_us <= start + window_us
    return goals.where(inside), rows[inside]


def _arm(
    name: str,
    mine: NDArray[np.bool_],
    holdout: NDArray[np.bool_],
    values: dict[str, NDArray[np.float64]],
    arm: int,
) -> ArmResult:
    effects = {
        metric: _effect(METRICS.get(metric).difference(each[mine], each[holdout])) if arm else None
        for metric, each in values.items()
    }
    return ArmResult(
        name=name,
        exposed=int(mine.sum()),
        converted=int((values["conversion"][mine] > 0).sum()),
        revenue_cents=float(values["revenue"][mine].sum()),
        effects=effects,
    )


def _effect(interval: Interval | None) -> Effect | None:
    if interval is None:
        return None
    return Effect(float(interval.estimate), float(interval.low), float(interval.high))
