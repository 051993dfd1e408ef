"""Do people who came later react otherwise than those who came early?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.comparing import treated_arms
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.checks.novelty import check_novelty
from marketing.experiments.statistics.compare import Shape, compare
from marketing.experiments.types import GOAL, Asked, CheckResult

_ENOUGH = 30
"""People of either group below which a day says nothing."""


def of_novelty(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_], days: NDArray[np.int64]
) -> CheckResult | None:
    """Do people who came later react otherwise than those who came early?"""
    treated = treated_arms(experiment)
    found: list[tuple[int, float, float]] = []
    for day in np.unique(days[mature]).tolist():
        sums = summing.sums(seen, GOAL, mature & (days == day))
        made = summing.cells(sums, treated, experiment.control)
        if min((min(each.treated.n, each.control.n) for each in made), default=0) < _ENOUGH:
            continue
        effect = compare(Shape.MEAN, made)
        if effect is not None:
            found.append((day, effect.value, abs(effect.value / effect.z) if effect.z else 0.0))
    rows = np.array([each for each in found if each[2] > 0])
    if len(rows) < 3:
        return None
    told = check_novelty(rows[:, 0], rows[:, 1], rows[:, 2])
    if told is None:
        return None
    numbers = {"early": told.early.estimate, "late": told.late.estimate}
    return CheckResult(Asked.NOVELTY, told.failed, covers=True, p=told.p_value, numbers=numbers)
