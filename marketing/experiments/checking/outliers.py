"""Does the money hang on a few large amounts?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.asking import treated_arms
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.checks.outliers import check_outliers
from marketing.experiments.statistics.compare import Shape
from marketing.experiments.types import GOAL, MONEY, Asked, CheckResult


def of_outliers(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> CheckResult | None:
    """Of the money. It covers the verdict only where an amount decides it."""
    is_goal = summing.shape_of(seen.values[GOAL]) in (Shape.MEAN, Shape.ADJUSTED)
    key = GOAL if is_goal else MONEY
    y, treated = seen.values[key].y, np.isin(seen.arms, treated_arms(experiment))
    control = seen.arms == experiment.control
    found = check_outliers(y[mature & treated], y[mature & control])
    if found is None:
        return None
    numbers = {"effect": found.effect.estimate, "winsorised": found.winsorised.estimate,
               "limit": found.limit, "moved": float(found.n_moved)}  # fmt: skip
    return CheckResult(Asked.OUTLIERS, found.failed, covers=is_goal, numbers=numbers)
