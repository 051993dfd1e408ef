"""Do people who came later react otherwise than those who came early?"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.asking import treated_arms
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.checks.novelty import check_novelty
from marketing.experiments.statistics.compare import Shape, compare
from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.score import RateDifference
from marketing.experiments.types import GOAL, Asked, CheckResult

_ENOUGH, _DAYS = 30, 3
"""People of either group below which a day says nothing; such days below which there is no trend.
"""


def of_novelty(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_], days: NDArray[np.int64]
) -> CheckResult | None:
    """Do people who came later react otherwise than those who came early?"""
    treated = treated_arms(experiment)
    is_rate = summing.shape_of(seen.values[GOAL]) is Shape.RATE
    found: list[tuple[int, float, float]] = []
    for day in np.unique(days[mature]).tolist():
        sums = summing.sums(seen, GOAL, mature & (days == day))
        made = summing.cells(sums, treated, experiment.control)
        if min((min(each.treated.n, each.control.n) for each in made), default=0) < _ENOUGH:
            continue
        effect = compare(Shape.RATE if is_rate else Shape.MEAN, made)
        if isinstance(effect, Estimate | RateDifference):
            found.append((day, effect.value, _error(effect)))
    if len(found) < _DAYS:
        return None
    rows = np.array(found)
    told = check_novelty(rows[:, 0], rows[:, 1], rows[:, 2])
    if told is None:
        return None
    numbers = {"early": told.early.estimate, "late": told.late.estimate}
    return CheckResult(Asked.NOVELTY, told.failed, covers=True, p=told.p_value, numbers=numbers)


def _error(effect: Estimate | RateDifference) -> float:
    """Of rates by what both groups show: of a small holdout in which nobody reached the goal that
    day the own variance is 0, and the day would count for more than all others.
    """
    return effect.error if isinstance(effect, Estimate) else sqrt(effect.variance.level)
