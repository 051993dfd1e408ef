"""May the effect be read? Every check of ``statistics/checks``, asked of an experiment's people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from marketing.experiments.checking.exposure import of_exposure
from marketing.experiments.checking.interaction import of_interactions
from marketing.experiments.checking.novelty import of_novelty
from marketing.experiments.checking.outliers import of_outliers
from marketing.experiments.checking.split import local_days, of_split
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment
from marketing.experiments.types import GOAL, MONEY, CheckResult, SplitTable
from marketing.kernel.moments import microseconds


def check(
    experiment: Experiment,
    seen: Measured,
    table: SplitTable | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[CheckResult]:
    """Those that the data can answer."""
    mature = seen.mature(GOAL, microseconds(now))
    found = [
        of_split(table) if table else None,
        of_exposure(experiment, seen),
        of_novelty(experiment, seen, mature, local_days(seen, now, zone)),
        of_outliers(experiment, seen, seen.mature(MONEY, microseconds(now))),
        *of_interactions(experiment, seen, mature),
    ]
    return [each for each in found if each is not None]
