"""What an experiment says to do: the first that holds of four, in this order.

Light: the web process reads looks and results and computes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import Result, stored


class Say(StrEnum):
    BROKEN = "broken"  # the arms did not get the shares they were meant to: no effect may be read
    SHIP = "ship"
    STOP = "stop"
    KEEP_RUNNING = "keep_running"


@dataclass(frozen=True)
class Verdict:
    """``by``: the look that decided, or the newest one; None before the first. ``mismatch_p``: of
    the split, where it is broken. ``decided_by``: the latest moment at which there is a decision.
    """

    say: Say
    by: Look | None
    mismatch_p: float | None
    decided_by: datetime

    @property
    def is_harm(self) -> bool:
        """Stop because of harm; else for want of an effect."""
        return self.say == Say.STOP and self.by is not None and self.by.decides

    @property
    def extra(self) -> tuple[float, float, float] | None:
        """(people, lowest, highest) who reached the goal only for the treatment, of the treated."""
        return _times(self.by, self.by.estimate, self.by.interval) if self.by else None

    @property
    def extra_money(self) -> tuple[float, float, float] | None:
        """(cents, lowest, highest) that came only for the treatment; its cost is not taken off."""
        return _times(self.by, self.by.money, self.by.money_interval) if self.by else None


def verdict(experiment: Experiment) -> Verdict:
    """From the stored result and looks."""
    looks = list(experiment.looks.all())  # not last(): lists fetch the looks of all rows at once
    return of(experiment, stored(experiment), looks[-1] if looks else None)


def of(experiment: Experiment, result: Result | None, last: Look | None) -> Verdict:
    """``last``: the newest look."""
    is_broken = result is not None and result.split_is_broken
    p = result.mismatch_p if result and is_broken else None
    return Verdict(Say.BROKEN if is_broken else _say(last), last, p, experiment.decided_by)


def _say(last: Look | None) -> Say:
    if last is None or not (last.decides or last.is_last):
        return Say.KEEP_RUNNING
    return Say.SHIP if last.decides and (last.estimate or 0.0) > 0 else Say.STOP


def _times(
    look: Look, value: float | None, interval: tuple[float, float] | None
) -> tuple[float, float, float] | None:
    if value is None or interval is None:
        return None
    return value * look.treated, interval[0] * look.treated, interval[1] * look.treated
