"""What an experiment says to do: the first that holds of four, in this order.

Light: the web process reads looks and results and computes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import Result, stored


class Say(StrEnum):
    BROKEN = "broken"  # the arms did not get the shares they were meant to: no effect may be read
    SHIP = "ship"
    STOP = "stop"
    KEEP_RUNNING = "keep_running"


class Worth(NamedTuple):
    """Of all the treated together, with the interval that holds at all looks together."""

    value: float
    low: float
    high: float

    @classmethod
    def of(
        cls, people: int, value: float | None, low: float | None, high: float | None
    ) -> Worth | None:
        """From what one person is worth; None where that is not known."""
        if value is None or low is None or high is None:
            return None
        return cls(people * value, people * low, people * high)


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
    def extra(self) -> Worth | None:
        """People who reached the goal only for the treatment, of the treated."""
        look = self.by
        return Worth.of(look.treated, look.estimate, look.low, look.high) if look else None

    @property
    def extra_money(self) -> Worth | None:
        """Cents that came only for the treatment; its cost is not taken off."""
        look = self.by
        return Worth.of(look.treated, look.money, look.money_low, look.money_high) if look else None


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
