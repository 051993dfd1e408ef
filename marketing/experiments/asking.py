"""One metric asked of one experiment: of whom, against whom, and when its answer holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.measuring import Measured, Values
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.compare import Compared, Shape, compare
from marketing.experiments.summing import Sums
from marketing.experiments.types import ArmValue, Holds

CONFIDENCE = 0.95
HOLDOUT = 0


@dataclass(frozen=True)
class Question:
    """One metric of one experiment. ``steered``: each epoch's shares, if they followed the answers;
    else None.
    """

    experiment: Experiment
    key: str
    values: Values
    sums: Sums
    steered: Sequence[Sequence[float]] | None
    holds: Holds

    @property
    def shape(self) -> Shape:
        return summing.shape_of(self.values)

    @property
    def percentile(self) -> float | None:
        """Which one is compared, where one is."""
        return self.values.definition.percentile if self.shape is Shape.PERCENTILE else None

    def against(self, treated: Sequence[int], keep: float = 1.0) -> Compared | None:
        """These arms together against the control, or against so much of it: see ``compare``.

        None where chances were people's own: who got which variant differs from arm to arm, so only
        all variants together are like the holdout.
        """
        if self.experiment.is_personal and not self._is_all_against_the_holdout(treated):
            return None
        steered = self.steered if len(treated) == 1 or not self.is_steady else None
        made = summing.cells(self.sums, treated, self.experiment.control, steered)
        return compare(self.shape, made, percentile=self.percentile or 50.0, keep=keep)

    def _is_all_against_the_holdout(self, treated: Sequence[int]) -> bool:
        everybody = set(treated_arms(self.experiment)) == set(treated)
        return everybody and self.experiment.control == HOLDOUT

    @property
    def is_steady(self) -> bool:
        """Does the control keep its share? A holdout's does, whatever the variants' shares do."""
        return self.steered is None or self.experiment.control == HOLDOUT

    def value(self, arms: Sequence[int]) -> ArmValue:
        """Of these arms together."""
        pairs = summing.of_arms(self.sums, arms)
        if self.percentile is not None:
            value = pairs.counts.at(self.percentile) if pairs.counts else None
            return ArmValue(pairs.n, pairs.y, value)
        below = pairs.x if self.shape is Shape.RATIO else pairs.n
        return ArmValue(pairs.n, pairs.y, pairs.y / below if below else None)


def treated_arms(experiment: Experiment) -> list[int]:
    """Every arm but the control; a holdout that nobody was ever in is none."""
    return [arm for arm in range(1, len(experiment.arms)) if arm != experiment.control]


def question(
    experiment: Experiment, seen: Measured, key: str, who: NDArray[np.bool_], holds: Holds
) -> Question:
    """Of the people ``who`` (bool[n])."""
    steered = None
    if experiment.allocation is not None:
        steered = list(experiment.epochs.values_list("weights", flat=True))
    sums = summing.sums(seen, key, who)
    return Question(experiment, key, seen.values[key], sums, steered, holds)


def holding(experiment: Experiment, days: int, now: datetime) -> Holds:
    """Until the plan of a metric with such a window is over one may look at any time, so its
    intervals hold at any time. From then on they are of the plan's people alone, who do not change
    any more: a single look.
    """
    if experiment.method == Experiment.Method.BAYES:
        return Holds.CREDIBLE
    is_over = now >= experiment.planned_until + timedelta(days=days)
    is_once = is_over and experiment.method != Experiment.Method.ALWAYS_VALID
    return Holds.ONCE if is_once else Holds.ALWAYS
