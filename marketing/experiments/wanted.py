"""Which metrics an experiment measures: its goal, the goal's revenue, and those beside them."""

from __future__ import annotations

from django.db.models import Q

from marketing.experiments.metrics import Definition
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.models.metric import GOAL, REVENUE


def wanted(experiment: Experiment) -> dict[str, Definition]:
    """Key to definition, "goal" and "revenue" first; metrics of every experiment included."""
    beside = Q(in_every_experiment=True) | Q(experimentmetric__experiment=experiment)
    rows = MetricDefinition.objects.filter(beside).distinct()
    return {
        GOAL: goal(experiment),
        REVENUE: Definition(
            kind="revenue", event=experiment.goal_event, days=experiment.goal_days
        ),
    } | {row.key: row.value for row in rows}  # fmt: skip


def goal(experiment: Experiment) -> Definition:
    """What decides: a metric of the operators', else whether the goal event is done in time."""
    if experiment.goal_metric is not None:
        return experiment.goal_metric.value
    return Definition(kind="conversion", event=experiment.goal_event, days=experiment.goal_days)
