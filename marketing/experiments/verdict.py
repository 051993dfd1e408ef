"""What an experiment says to do: the first that holds of four, in this order.

Light: the web process reads looks and results and computes none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import CheckResult, MetricResult, Result, Role, Safety, stored


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
class Verdict:
    """``by``: the look that decided, or the newest one; None before the first. ``because``: the
    checks that cover it. ``guardrails``: those that stand in the way of a goal that was reached.
    ``best``: index of the arm to ship, where one arm alone is shown to work; ``unit``: the goal's.
    ``decided_by``: the latest moment at which there is a decision.
    """

    say: Say
    by: Look | None
    decided_by: datetime
    because: list[CheckResult] = field(default_factory=list)
    guardrails: list[MetricResult] = field(default_factory=list)
    best: int | None = None
    unit: str = "share"

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
    goal = experiment.goal_metric
    is_lower = goal is not None and goal.lower_is_better
    unit = result.metrics[0].unit if result and result.metrics else "share"
    because = result.covering if result else []
    if because:
        return Verdict(Say.BROKEN, last, experiment.decided_by, because=because, unit=unit)
    say = _say(last, is_lower=is_lower)
    in_the_way = _in_the_way(result) if say is Say.SHIP else []
    if in_the_way:
        say = _held_back(experiment, in_the_way)
    best = _best(last, is_lower=is_lower) if say is Say.SHIP else None
    return Verdict(say, last, experiment.decided_by, guardrails=in_the_way, best=best, unit=unit)


def _say(last: Look | None, *, is_lower: bool) -> Say:
    if last is None or not (last.decides or last.is_last):
        return Say.KEEP_RUNNING
    is_up = (last.estimate or 0.0) > 0
    return Say.SHIP if last.decides and is_up != is_lower else Say.STOP


def _in_the_way(result: Result | None) -> list[MetricResult]:
    """Guardrails that are not shown to be safe; worse ones first."""
    found = [
        metric for metric in (result.metrics if result else [])
        if metric.role is Role.GUARDRAIL
        and (metric.treated is None or metric.treated.safety is not Safety.SAFE)
    ]  # fmt: skip
    return sorted(found, key=lambda metric: not is_worse(metric))


def is_worse(metric: MetricResult) -> bool:
    return metric.treated is not None and metric.treated.safety is Safety.WORSE


def _held_back(experiment: Experiment, guardrails: list[MetricResult]) -> Say:
    """Until the plan is over a guardrail may yet be shown to be safe."""
    is_over = experiment.result_at is not None and experiment.result_at >= experiment.decided_by
    return Say.STOP if is_over or is_worse(guardrails[0]) else Say.KEEP_RUNNING


def _best(last: Look | None, *, is_lower: bool) -> int | None:
    """Of several arms the one that is shown to work, and most."""
    rows: list[dict[str, Any]] = last.arms if last else []
    shown = [row for row in rows if row["says"] == "better"]
    if len(rows) < 2 or not shown:
        return None
    sign = -1 if is_lower else 1
    return int(max(shown, key=lambda row: sign * row["estimate"])["arm"])
