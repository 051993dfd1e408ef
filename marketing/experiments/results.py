"""A result: every arm against the holdout, with intervals and the check of the split.

Goals are counted per exposed person in every arm, within the goal window after the exposure,
never by which delivery claims them.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.experiments.looking import look
from marketing.experiments.measuring import Measured, Values, measure
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.difference import (
    difference_in_means,
    difference_in_proportions,
)
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.ratio_mismatch import ratio_mismatch_p_value
from marketing.experiments.statistics.sufficient import Mean, Proportion
from marketing.experiments.types import ArmResult, Effect, Result
from marketing.kernel.moments import microseconds


def compute(experiment: Experiment, now: datetime) -> Result:
    """Of everybody who was exposed, so far."""
    return _result(experiment, measure(experiment), now)


def refresh(now: datetime, zone: ZoneInfo) -> list[tuple[Experiment, Result]]:
    """Compute and keep the result of every experiment; look where a look is due.

    ``zone``: whose days are the looks'.
    """
    found = []
    for experiment in Experiment.objects.all():
        seen = measure(experiment)
        result = _result(experiment, seen, now)
        experiment.result = msgspec.to_builtins(result)
        experiment.result_at = now
        experiment.save(update_fields=["result", "result_at"])
        look(experiment, seen, now, zone)
        found.append((experiment, result))
    return found


def _result(experiment: Experiment, seen: Measured, now: datetime) -> Result:
    n_arms, arms = len(experiment.arms), seen.arms
    return Result(
        arms=[_arm(experiment.arms[i], arms == i, arms == 0, seen.values, i)
              for i in range(n_arms)],
        treated=_arm("treated", arms > 0, arms == 0, seen.values, 1),
        immature=int((~seen.mature("goal", microseconds(now))).sum()),
        mismatch_p=ratio_mismatch_p_value(
            np.bincount(arms, minlength=n_arms).tolist(), list(experiment.weights)
        ),
    )  # fmt: skip


def _arm(
    name: str,
    mine: NDArray[np.bool_],
    holdout: NDArray[np.bool_],
    values: dict[str, Values],
    arm: int,
) -> ArmResult:
    reached, spent = values["goal"].y > 0, values["revenue"].y
    rate, base_rate = (Proportion.of(reached[each]) for each in (mine, holdout))
    mean, base_mean = (Mean.of(spent[each]) for each in (mine, holdout))
    effects = {
        "conversion": _effect(difference_in_proportions(rate, base_rate)) if arm else None,
        "revenue": _effect(difference_in_means(mean, base_mean)) if arm else None,
    }
    return ArmResult(
        name=name,
        exposed=int(mine.sum()),
        converted=int(reached[mine].sum()),
        revenue_cents=float(spent[mine].sum()),
        effects=effects,
    )


def _effect(interval: Interval | None) -> Effect | None:
    if interval is None:
        return None
    return Effect(float(interval.estimate), float(interval.low), float(interval.high))
