"""What an experiment says to do: the first that holds of four, in this order.

Light: the web process reads looks and results and computes none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import (
    CheckResult,
    Effect,
    MetricResult,
    Result,
    Role,
    Safety,
    stored,
)


class Say(StrEnum):
    BROKEN = "broken"  # a check failed: no effect may be read
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
class Guardrail:
    """A metric that must not get worse, and what is known of it in what is to be shipped.
    ``control``: its value there.
    """

    metric: MetricResult
    effect: Effect | None
    control: float | None

    @property
    def is_safe(self) -> bool:
        return self.effect is not None and self.effect.safety is Safety.SAFE

    @property
    def is_worse(self) -> bool:
        return self.effect is not None and self.effect.safety is Safety.WORSE

    @property
    def change(self) -> float | None:
        """As measured, a share of the control's value; above 0: more of it."""
        if self.effect is None or not self.control:
            return None
        return self.effect.estimate / abs(self.control)


@dataclass(frozen=True)
class Verdict:
    """``by``: the look that decided, or the newest one; None before the first. ``because``: the
    checks that cover it. ``guardrails``: those that stand in the way of a goal that was reached.
    ``best``: index of the arm that is shown to work, and most, where there are several: the one to
    ship, if no guardrail stands in the way. ``alone``: likewise where all of them together show no
    effect. ``unit``, ``percentile``: the goal's. ``decided_by``: the latest moment at which there
    is a decision.
    """

    say: Say
    by: Look | None
    decided_by: datetime
    because: list[CheckResult] = field(default_factory=list)
    guardrails: list[Guardrail] = field(default_factory=list)
    best: int | None = None
    alone: int | None = None
    unit: str = "share"
    percentile: float | None = None

    @property
    def is_harm(self) -> bool:
        """Stop because of harm; else for want of an effect, or for a guardrail."""
        return (
            self.say == Say.STOP and self.by is not None and self.by.decides and not self.guardrails
        )

    @property
    def extra(self) -> Worth | None:
        """People who reached the goal only for the treatment, of the treated; None for a goal that
        is no yes or no.
        """
        look = self.by
        if look is None or self.unit != "share":
            return None
        return Worth.of(look.treated, look.estimate, look.low, look.high)

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
    found = _of(experiment, result, last)
    if result is None or not result.metrics:
        return found
    goal = result.metrics[0]
    return replace(found, unit=goal.unit, percentile=goal.percentile)


def _of(experiment: Experiment, result: Result | None, last: Look | None) -> Verdict:
    goal, decided_by = experiment.goal_metric, experiment.decided_by
    is_lower = goal is not None and goal.lower_is_better
    because = result.covering if result else []
    if because:
        return Verdict(Say.BROKEN, last, decided_by, because=because)
    say, best = _say(last, is_lower=is_lower), _best(last, is_lower=is_lower)
    if say is not Say.SHIP:
        shows_none = say is Say.STOP and last is not None and not last.decides
        return Verdict(say, last, decided_by, alone=best if shows_none else None)
    in_the_way = _in_the_way(result, best)
    if in_the_way:
        days = max(each.metric.days for each in in_the_way)
        decided_by = max(decided_by, experiment.planned_until + timedelta(days=days))
        say = _held_back(experiment, in_the_way, decided_by)
    return Verdict(say, last, decided_by, guardrails=in_the_way, best=best)


def _say(last: Look | None, *, is_lower: bool) -> Say:
    if last is None or not (last.decides or last.is_last):
        return Say.KEEP_RUNNING
    is_up = (last.estimate or 0.0) > 0
    return Say.SHIP if last.decides and is_up != is_lower else Say.STOP


def _in_the_way(result: Result | None, best: int | None) -> list[Guardrail]:
    """Guardrails that are not shown to be safe in the arm to ship, or in all of them together;
    worse ones first.
    """
    found = [
        Guardrail(metric, metric.treated if best is None else metric.effects[best],
                  metric.arms[result.control].value)
        for metric in result.metrics if metric.role is Role.GUARDRAIL
    ] if result else []  # fmt: skip
    unsafe = [each for each in found if not each.is_safe]
    return sorted(unsafe, key=lambda each: not each.is_worse)


def _held_back(experiment: Experiment, guardrails: list[Guardrail], decided_by: datetime) -> Say:
    """Until the plan is over, of the guardrails' windows too, one may yet be shown to be safe."""
    is_over = experiment.result_at is not None and experiment.result_at >= decided_by
    return Say.STOP if is_over or guardrails[0].is_worse else Say.KEEP_RUNNING


def _best(last: Look | None, *, is_lower: bool) -> int | None:
    """Of several arms the one that is shown to work, and most."""
    rows: list[dict[str, Any]] = last.arms if last else []
    shown = [row for row in rows if row["says"] == "better"]
    if len(rows) < 2 or not shown:
        return None
    sign = -1 if is_lower else 1
    return int(max(shown, key=lambda row: sign * row["estimate"])["arm"])
