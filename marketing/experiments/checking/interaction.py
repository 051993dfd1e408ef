"""Do experiments that run at once change each other?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.asking import treated_arms
from marketing.experiments.exposed import exposed
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.checks.interaction import check_interaction
from marketing.experiments.statistics.compare import Shape
from marketing.experiments.statistics.sufficient import Proportion
from marketing.experiments.types import GOAL, Asked, CheckResult
from marketing.people.queries import redirects


def of_interactions(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> list[CheckResult]:
    """With every other experiment that runs and whose people are here too; each is asked about its
    own goal.
    """
    if not treated_arms(experiment) or summing.shape_of(seen.values[GOAL]) is not Shape.RATE:
        return []
    others = Experiment.objects.filter(ended_at=None).exclude(pk=experiment.pk)
    found = []
    for other in others.order_by("id"):
        told = _interaction(experiment, other, seen, mature)
        if told is not None:
            found.append(told)
    return found


def _interaction(
    experiment: Experiment, other: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> CheckResult | None:
    people, arms = seen.people[mature], seen.arms[mature]
    theirs = _arms_in(other, people)
    mine = [experiment.control, *treated_arms(experiment)]
    reached = seen.values[GOAL].y[mature] > 0
    cells = [
        [Proportion.of(reached[(arms == arm) & in_other]) for in_other in
         (theirs == other.control, (theirs >= 0) & (theirs != other.control))]
        for arm in mine
    ]  # fmt: skip
    found = check_interaction(cells)
    if found is None:
        return None
    numbers = {"people": float((theirs >= 0).sum())}
    return CheckResult(
        Asked.INTERACTION, found.failed, True, found.p_value, numbers, about=other.key
    )


def _arms_in(other: Experiment, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[m]: their arm in the other experiment, -1: in none."""
    theirs = exposed(other, redirects())
    size = int(max(people.max(initial=0), theirs.people.max(initial=0))) + 1
    found = np.full(size, -1, dtype=np.int64)
    found[theirs.people] = theirs.arms
    return np.asarray(found[people], dtype=np.int64)
