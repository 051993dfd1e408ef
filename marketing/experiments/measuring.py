"""Who was exposed when to which arm, and what each of them did within the goal window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from marketing.events.scans import fold_cursor, frame, open_source
from marketing.events.types import EventFrame
from marketing.experiments.metrics import METRICS
from marketing.experiments.models import Experiment, Exposure
from marketing.kernel.moments import microseconds
from marketing.people.queries import redirects


@dataclass(frozen=True)
class Measured:
    """Everybody who was exposed, one row a person.

    ``arms``, ``since``: int64[n], 0 is the holdout; moments of exposure, microseconds. ``values``:
    metric to float64[n]. ``window_us``: how long after the exposure goals count.
    """

    arms: NDArray[np.int64]
    since: NDArray[np.int64]
    window_us: int
    values: dict[str, NDArray[np.float64]]


def measure(experiment: Experiment) -> Measured:
    """From the exposures in SQL and the goal events of warehouse and log."""
    people, arms, since = _exposed(experiment)
    window_us = int(timedelta(days=experiment.goal_days) / timedelta(microseconds=1))
    goals, rows = _goals(experiment.goal_event, people, since, window_us)
    values = {name: METRICS.get(name).per_person(goals, rows, len(people)) for name in METRICS}
    return Measured(arms, since, window_us, values)


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
