"""Is each person's arm the one that the hash says, and did nobody see two?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.checks.exposure import (
    MAX_CROSSOVER_SHARE,
    check_exposure,
    is_above,
)
from marketing.experiments.types import Asked, CheckResult
from marketing.people.queries import bucketing_ids

ASKED = 50_000
"""People, the newest, whose arm is computed again: a broken assignment shows in far fewer."""


def of_exposure(experiment: Experiment, seen: Measured) -> CheckResult | None:
    """Is each person's arm the one that the hash says, and did nobody see two?"""
    if not len(seen.arms):
        return None
    newest = np.argsort(seen.since)[-ASKED:]
    ids = bucketing_ids(seen.people[newest].tolist())
    known = np.array([person in ids for person in seen.people[newest].tolist()], dtype=bool)
    rows = newest[known]
    arms, assigned = seen.arms[rows], _assigned(experiment, seen, rows, ids)
    found = check_exposure(seen.people[rows], arms.astype(np.int8), assigned.astype(np.int8))
    numbers = {"elsewhere": float(found.elsewhere), "asked": float(len(rows)),
               "crossed": float(seen.crossed), "people": float(len(seen.people))}  # fmt: skip
    crossed = is_above(seen.crossed, len(seen.people), MAX_CROSSOVER_SHARE)
    failed = found.failed or crossed
    return CheckResult(Asked.EXPOSURE, failed, covers=True, numbers=numbers)


def _assigned(
    experiment: Experiment, seen: Measured, rows: NDArray[np.int64], ids: dict[int, str]
) -> NDArray[np.int64]:
    """int64[m]: by the epoch's weights; where chances were people's own, the arm that was kept."""
    weights = {each.number: each.weights for each in experiment.epochs.all()}
    assigned = seen.arms[rows].astype(np.int64)
    if experiment.is_personal:
        return assigned
    names = [ids[person] for person in seen.people[rows].tolist()]
    at = buckets(experiment.key, names) if names else np.zeros(0)
    for epoch in np.unique(seen.epochs[rows]).tolist():
        mine = seen.epochs[rows] == epoch
        shares = weights.get(epoch, experiment.weights)
        assigned[mine] = choose_arm(at[mine], bucket_ranges(len(shares), 1.0, shares))
    return assigned
