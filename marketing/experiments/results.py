"""What an experiment has shown so far: computed by workers, read by everybody.

Goals are counted per exposed person in every arm, the holdout's too, within the metric's window
after that person's exposure, and only once that window is over. Attribution to deliveries plays no
part: it would count only those who got something. A person counts from their first exposure.
Events are those up to the fold cursor: what personas and segments have seen, nothing later.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from marketing.experiments import comparing
from marketing.experiments.checking import check
from marketing.experiments.checking.split import split_table
from marketing.experiments.looking import look
from marketing.experiments.measuring import Measured, measure
from marketing.experiments.models import Experiment
from marketing.experiments.types import GOAL, Result, stored
from marketing.kernel.errors import MarketingError, Unavailable
from marketing.kernel.moments import microseconds
from marketing.kernel.places import told

log = logging.getLogger("zhixin.experiments")


def compute(experiment: Experiment, now: datetime, zone: ZoneInfo) -> Result:
    """Of everybody who was exposed, so far."""
    return _result(experiment, measure(experiment), now, zone)


def refresh(now: datetime, zone: ZoneInfo) -> list[tuple[Experiment, Result]]:
    """Compute and keep the result of every experiment; look where a look is due.

    ``zone``: whose days are the looks'. One that cannot be computed, as its strata's trait is gone,
    keeps its last result and does not stop the others. Raises Unavailable.
    """
    found = []
    for experiment in Experiment.objects.select_related("goal_metric", "layer"):
        if _is_done(experiment):
            continue
        try:
            found.append((experiment, _refreshed(experiment, now, zone)))
        except Unavailable:
            raise
        except MarketingError as error:
            log.error("experiment %s cannot be computed: %s", experiment.key, told(error))
    return found


def _refreshed(experiment: Experiment, now: datetime, zone: ZoneInfo) -> Result:
    seen = measure(experiment)
    result = _result(experiment, seen, now, zone)
    experiment.result = msgspec.to_builtins(result)
    experiment.result_at = now
    experiment.save(update_fields=["result", "result_at"])
    look(experiment, seen, now, zone)
    return result


def _is_done(experiment: Experiment) -> bool:
    """Ended, and measured after its plan was over, for the longest window too: nothing can change
    any more.
    """
    measured, ended, result = experiment.result_at, experiment.ended_at, stored(experiment)
    if not (measured and ended and result):
        return False
    longest = timedelta(days=max(metric.days for metric in result.metrics))
    return measured >= max(ended, experiment.decided_by, experiment.planned_until + longest)


def _result(experiment: Experiment, seen: Measured, now: datetime, zone: ZoneInfo) -> Result:
    metrics = comparing.metrics(experiment, seen, now)
    table = split_table(experiment, seen, now, zone)
    immature = int((~seen.mature(GOAL, microseconds(now))).sum())
    counting = sum(arm.n for arm in metrics[0].arms)
    return Result(
        arms=list(experiment.arms),
        control=experiment.control,
        exposed=np.bincount(seen.arms, minlength=len(experiment.arms)).tolist(),
        immature=immature,
        later=len(seen.people) - immature - counting,
        holds=metrics[0].holds,
        metrics=metrics,
        checks=check(experiment, seen, table, now, zone),
        split=table,
    )
