"""Did every arm get its share of people, in every epoch, on every day, in every stratum?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.propensities import propensities
from marketing.experiments.statistics.checks.split import check_split
from marketing.experiments.types import Asked, CheckResult, SplitTable
from marketing.kernel.local_days import offsets


def split_table(
    experiment: Experiment, seen: Measured, now: datetime, zone: ZoneInfo
) -> SplitTable | None:
    """None before anybody was exposed."""
    if not len(seen.arms):
        return None
    table = np.stack([seen.epochs, local_days(seen, now, zone), seen.strata], axis=1)
    cells, places = np.unique(table, axis=0, return_inverse=True)
    places = places.ravel()
    observed = np.zeros((len(cells), len(experiment.arms)), dtype=np.int64)
    np.add.at(observed, (places, seen.arms), 1)
    meant = np.zeros(observed.shape)
    np.add.at(meant, places, propensities(experiment, seen))
    return SplitTable(cells.tolist(), observed.tolist(), meant.tolist())


def of_split(table: SplitTable) -> CheckResult:
    """By epoch, day and stratum, each held to its epoch's own weights."""
    observed, meant = np.array(table.observed), np.array(table.meant)
    found = check_split(observed, meant)
    people, share = observed.sum(axis=0), meant / meant.sum(axis=1, keepdims=True)
    expected = (share * observed.sum(axis=1)[:, None]).sum(axis=0)
    worst = int(np.argmax(np.abs(people - expected)))
    numbers = {
        "arm": float(worst),
        "people": float(people[worst]),
        "expected": float(expected[worst]),
        "broken_cells": float(len(found.broken)),
    }
    return CheckResult(Asked.SPLIT, found.failed, covers=True, p=found.p_value, numbers=numbers)


def local_days(seen: Measured, now: datetime, zone: ZoneInfo) -> NDArray[np.int64]:
    """int64[n]: the local day of each exposure."""
    return np.asarray(offsets(zone, now).days(seen.since), dtype=np.int64)
