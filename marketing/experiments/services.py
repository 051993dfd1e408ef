"""What changes experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose

from django.db import transaction

from marketing.experiments.models import (
    Epoch,
    Experiment,
    ExperimentMetric,
    MetricDefinition,
    Ruling,
)
from marketing.experiments.verdict import verdict
from marketing.kernel.errors import Conflict
from marketing.kernel.text import Text


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an experiment is about, said before it starts.

    ``goal``: (event, window in days). ``planned_days``: who is exposed within so many days, at
    least 1, counts in the verdict.
    """

    goal: tuple[str, int]
    planned_days: int = 14
    goal_metric: MetricDefinition | None = None
    metrics: Sequence[MetricDefinition] = ()
    method: str = Experiment.Method.LOOKS
    strata: str = ""
    simulated: bool = False


def define(
    key: str,
    label: Text,
    arms: Sequence[str],
    weights: Sequence[float],
    plan: Plan,
    now: datetime,
) -> Experiment:
    """Create or update. The start stays the first one, and arms keep their places: new ones come
    after. Raises Conflict where an arm would lose its place, ValueError for a plan of no day.
    """
    if plan.planned_days < 1:
        raise ValueError(f"an experiment of {plan.planned_days} days")
    with transaction.atomic():
        experiment, created = Experiment.objects.get_or_create(
            key=key, defaults=_said(label, arms, plan) | {"weights": list(weights),
                                                          "started_at": now}
        )  # fmt: skip
        if created:
            Epoch.objects.create(
                experiment=experiment, number=0, started_at=now, weights=list(weights)
            )
        else:
            _redefine(experiment, _said(label, arms, plan))
            reweigh(experiment, weights, now)
        _set_metrics(experiment, plan.metrics)
    return experiment


def _said(label: Text, arms: Sequence[str], plan: Plan) -> dict[str, object]:
    return {
        "name": label.en,
        "name_zh": label.zh,
        "arms": list(arms),
        "goal_event": plan.goal[0],
        # The plan waits for the window of what decides.
        "goal_days": plan.goal_metric.days if plan.goal_metric else plan.goal[1],
        "goal_metric": plan.goal_metric,
        "planned_days": plan.planned_days,
        "method": plan.method,
        "strata": plan.strata,
        "simulated": plan.simulated,
        "ended_at": None,
    }


def _redefine(experiment: Experiment, said: dict[str, object]) -> None:
    places = list(experiment.arms)
    if said["arms"][: len(places)] != places:  # type: ignore[index]
        raise Conflict(
            "An arm of the experiment would change its place",
            code="arm_moved",
            fix="Do not delete or rename variants that people have seen: set their weight to 0.",
        )
    for name, value in said.items():
        setattr(experiment, name, value)
    experiment.save(update_fields=list(said))


def _set_metrics(experiment: Experiment, metrics: Sequence[MetricDefinition]) -> None:
    always = MetricDefinition.objects.filter(in_every_experiment=True)
    wanted = {each.pk for each in (*metrics, *always)} - {experiment.goal_metric_id}
    experiment.metrics.exclude(definition__in=wanted).delete()
    for pk in sorted(wanted):
        ExperimentMetric.objects.get_or_create(experiment=experiment, definition_id=pk)


def reweigh(
    experiment: Experiment, weights: Sequence[float], now: datetime, arms: Sequence[str] = ()
) -> int:
    """The epoch in which these shares hold: the one that runs, or a new one; its number.

    ``arms``: whose shares they are; those that came since are added at the end.
    """
    if _same(experiment.weights, weights):
        return experiment.epoch
    with transaction.atomic():
        held = Experiment.objects.select_for_update().get(pk=experiment.pk)
        if not _same(held.weights, weights):
            held.epoch, held.weights = held.epoch + 1, list(weights)
            held.arms = [*held.arms, *arms[len(held.arms) :]]
            held.save(update_fields=["epoch", "weights", "arms"])
            Epoch.objects.create(
                experiment=held, number=held.epoch, started_at=now, weights=held.weights
            )
        experiment.epoch, experiment.weights = held.epoch, held.weights
        experiment.arms = held.arms
    return experiment.epoch


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(
        isclose(a, b, abs_tol=1e-9) for a, b in zip(one, other, strict=True)
    )


def rule(experiment: Experiment, who: str, decision: str, reason: str, now: datetime) -> Ruling:
    """What people decided, beside what the product said at that moment."""
    return Ruling.objects.create(
        experiment=experiment, ruled_at=now, ruled_by=who, decision=decision, reason=reason[:500],
        verdict=verdict(experiment).say,
    )  # fmt: skip


def end(key: str, now: datetime) -> None:
    """Its slice is free for others; who was exposed goes on to be counted."""
    Experiment.objects.filter(key=key, ended_at=None).update(ended_at=now)
