"""What has been answered so far to an experiment's arms, young exposures told from old ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marketing.events.scans import fold_cursor, open_source
from marketing.experiments.exposed import exposed
from marketing.experiments.measuring import Measured, measure_people
from marketing.experiments.metrics import Definition
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.adaptive.delay import (
    DelayCurve,
    DelayedTrials,
    Delays,
    delay_curve,
)
from marketing.experiments.statistics.compare import Shape
from marketing.experiments.summing import shape_of
from marketing.experiments.types import GOAL
from marketing.experiments.wanted import goal
from marketing.kernel.local_days import DAY_US
from marketing.kernel.moments import microseconds
from marketing.personas import cleaning

_DELAY = "delay"


@dataclass(frozen=True)
class Answers:
    """``seen``: the goal, and of a yes-or-no goal the days until it, of everybody exposed."""

    seen: Measured
    now_us: int

    @property
    def is_share(self) -> bool:
        return shape_of(self.seen.values[GOAL]) is Shape.RATE

    @property
    def lower_is_better(self) -> bool:
        return self.seen.values[GOAL].definition.lower_is_better

    @cached_property
    def ages_days(self) -> NDArray[np.float64]:
        """float64[n] since the exposure."""
        return np.maximum(self.now_us - self.seen.since, 0) / DAY_US

    @cached_property
    def converted(self) -> NDArray[np.bool_]:
        """bool[n] by now."""
        return np.asarray(self.seen.values[GOAL].y > 0)

    @cached_property
    def mature(self) -> NDArray[np.bool_]:
        """bool[n]: the goal's window is over."""
        return self.seen.mature(GOAL, self.now_us)

    @cached_property
    def curve(self) -> DelayCurve:
        """Of all arms together; all at once while too few have matured to know it."""
        days = self.seen.values[GOAL].definition.days
        found = None
        if _DELAY in self.seen.values:
            took = np.where(self.converted, self.seen.values[_DELAY].y, np.nan)
            found = delay_curve(Delays.of(self.ages_days, took, days))
        return found or DelayCurve((1.0,) * (days + 1))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """float64[n]: as how much of a person each counts: who answered, whole."""
        return np.where(self.converted, 1.0, self.curve.at(self.ages_days))

    def trials(self, arm: int) -> DelayedTrials:
        """Conversions, and the trials they came from; where less is better, who did not convert."""
        mine = self.seen.arms == arm
        found = DelayedTrials.of(self.ages_days[mine], self.converted[mine], self.curve)
        if not self.lower_is_better:
            return found
        kept = max(round(found.trials) - found.successes, 0)
        return DelayedTrials(found.n, min(kept, found.n), found.trials)

    def amounts(self, arm: int) -> NDArray[np.float64]:
        """float64[m] of those whose window is over; of a ratio, the person's own linearised."""
        mine = (self.seen.arms == arm) & self.mature
        goal_ = self.seen.values[GOAL]
        if goal_.per is None:
            return np.asarray(goal_.y[mine], dtype=np.float64)
        total = float(goal_.per[self.mature].sum())
        ratio = float(goal_.y[self.mature].sum()) / total if total else 0.0
        return np.asarray(goal_.y[mine] - ratio * goal_.per[mine], dtype=np.float64)


def answers_of(experiment: Experiment, now: datetime) -> Answers:
    """By the events up to the fold cursor, amounts as results read them. Raises Unavailable before
    the first fold.
    """
    source = open_source(fold_cursor())
    wanted = {GOAL: goal(experiment)}
    if wanted[GOAL].kind == "conversion":
        asked = wanted[GOAL]
        wanted[_DELAY] = Definition(kind="time_to_event", event=asked.event, days=asked.days)
    who, bounds = exposed(experiment, source.redirects), cleaning.current({}).bounds
    seen = measure_people(source, who, wanted, bounds=bounds)
    return Answers(seen, microseconds(now))
