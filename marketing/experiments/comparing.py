"""Every metric of an experiment, every arm against the control, with what else was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from marketing.experiments import summing
from marketing.experiments.asking import CONFIDENCE, Question, holding, question, treated_arms
from marketing.experiments.believing import belief
from marketing.experiments.guarding import NOTHING_WORSE, is_without_harm, safety
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.statistics import always_valid
from marketing.experiments.statistics.multiplicity import benjamini_hochberg, holm
from marketing.experiments.types import GOAL, MONEY, Effect, Holds, MetricResult, Role
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text

_LABELS = {
    GOAL: Text("Reached the goal", "达成目标"),
    MONEY: Text("Revenue per person", "人均收入"),
}


def metrics(experiment: Experiment, seen: Measured, now: datetime) -> list[MetricResult]:
    """The goal first, then its money, then those beside it."""
    said = {each.key: each for each in MetricDefinition.objects.filter(key__in=seen.values)}
    found = []
    for key, values in seen.values.items():
        holds = holding(experiment, values.definition.days, now)
        who = seen.mature(key, microseconds(now))
        if holds is not Holds.ALWAYS:
            who = who & (seen.since < microseconds(experiment.planned_until))
        found.append(_metric(question(experiment, seen, key, who, holds), said.get(key)))
    return adjusted(found)


def _metric(asked: Question, said: MetricDefinition | None) -> MetricResult:
    experiment, values = asked.experiment, asked.values
    arms = range(len(experiment.arms))
    treated = treated_arms(experiment)
    margin = None
    role = Role.GOAL if asked.key == GOAL else Role.SECONDARY
    if said is not None and said.role == MetricDefinition.Role.GUARDRAIL:
        role, margin = Role.GUARDRAIL, float(said.margin_percent)
    label = _label(asked, said)

    def effect(these: Sequence[int]) -> Effect | None:
        if not these:
            return None
        found = _effect(asked, these)
        if margin is None:
            return found
        if found is None:
            return NOTHING_WORSE if is_without_harm(asked, these) else None
        return msgspec.structs.replace(found, safety=safety(asked, these, margin))

    return MetricResult(
        key=asked.key, name=label.en, name_zh=label.zh, role=role, margin=margin,
        unit=values.definition.unit, days=values.definition.days,
        lower_is_better=values.definition.lower_is_better, limit=values.limit,
        arms=[asked.value([arm]) for arm in arms],
        together=asked.value(treated),
        effects=[effect([arm]) if arm in treated else None for arm in arms],
        treated=effect(treated), shape=asked.shape, sums=summing.documents(asked.sums),
        holds=asked.holds, percentile=asked.percentile,
    )  # fmt: skip


def _label(asked: Question, said: MetricDefinition | None) -> Text:
    if said is not None:
        return said.label
    goal = asked.experiment.goal_metric
    return goal.label if asked.key == GOAL and goal is not None else _LABELS[asked.key]


def _effect(asked: Question, treated: Sequence[int]) -> Effect | None:
    found = asked.against(treated)
    if found is None:
        return None
    if asked.holds is Holds.CREDIBLE:
        told = belief(asked, treated, found)
        p = found.p_value()
        return told and Effect(told.value, told.low, told.high, p, p, told.better)
    if asked.holds is Holds.ALWAYS:
        z = always_valid.widening(found.people, CONFIDENCE)
        p = always_valid.p_value(found.z, found.people, CONFIDENCE)
    else:
        z, p = found.quantile(CONFIDENCE), found.p_value()
    ends = found.bounds(z)
    return ends and Effect(found.value, *ends, p, p)


def adjusted(found: Sequence[MetricResult]) -> list[MetricResult]:
    """With the p-values as if one question had been asked; guardrails go by their margin."""
    beside = [
        effect.p for metric in found if metric.role is Role.SECONDARY
        for effect in metric.effects if effect is not None
    ]  # fmt: skip
    told = iter(benjamini_hochberg(beside)) if beside else iter(())
    made = []
    for metric in found:
        if metric.role is Role.GUARDRAIL:
            made.append(metric)
            continue
        mine = [effect.p for effect in metric.effects if effect is not None]
        ps = iter(holm(mine)) if metric.role is Role.GOAL and mine else told
        effects = [
            None if effect is None else msgspec.structs.replace(effect, adjusted_p=next(ps))
            for effect in metric.effects
        ]
        made.append(msgspec.structs.replace(metric, effects=effects))
    return made
