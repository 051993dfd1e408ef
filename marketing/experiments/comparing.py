"""Every metric of an experiment, every arm against the control, with what else was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.measuring import Measured, Values
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.statistics import always_valid
from marketing.experiments.statistics.bayes import Belief, belief_of_means, belief_of_rates
from marketing.experiments.statistics.compare import Compared, Shape, compare
from marketing.experiments.statistics.multiplicity import benjamini_hochberg, holm
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion
from marketing.experiments.summing import Sums
from marketing.experiments.types import (
    GOAL,
    MONEY,
    ArmValue,
    Effect,
    Holds,
    MetricResult,
    Role,
    Safety,
)
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text

CONFIDENCE = 0.95
HOLDOUT = 0
_LABELS = {
    GOAL: Text("Reached the goal", "达成目标"),
    MONEY: Text("Revenue per person", "人均收入"),
}


@dataclass(frozen=True)
class Question:
    """One metric of one experiment. ``steered``: each epoch's shares, if they followed the answers;
    else None.
    """

    experiment: Experiment
    key: str
    values: Values
    sums: Sums
    steered: Sequence[Sequence[float]] | None
    holds: Holds

    @property
    def shape(self) -> Shape:
        return summing.shape_of(self.values)

    @property
    def percentile(self) -> float | None:
        """Which one is compared, where one is."""
        return self.values.definition.percentile if self.shape is Shape.PERCENTILE else None

    def against(self, treated: Sequence[int], keep: float = 1.0) -> Compared | None:
        """These arms together against the control, or against so much of it: see ``compare``.

        None where chances were people's own: who got which variant differs from arm to arm, so only
        all variants together are like the holdout.
        """
        if self.experiment.is_personal and not self._is_all_against_the_holdout(treated):
            return None
        steered = self.steered if len(treated) == 1 or not self.is_steady else None
        made = summing.cells(self.sums, treated, self.experiment.control, steered)
        return compare(self.shape, made, percentile=self.percentile or 50.0, keep=keep)

    def _is_all_against_the_holdout(self, treated: Sequence[int]) -> bool:
        everybody = set(treated_arms(self.experiment)) == set(treated)
        return everybody and self.experiment.control == HOLDOUT

    @property
    def is_steady(self) -> bool:
        """Does the control keep its share? A holdout's does, whatever the variants' shares do."""
        return self.steered is None or self.experiment.control == HOLDOUT


def treated_arms(experiment: Experiment) -> list[int]:
    """Every arm but the control; a holdout that nobody was ever in is none."""
    return [arm for arm in range(1, len(experiment.arms)) if arm != experiment.control]


def question(
    experiment: Experiment, seen: Measured, key: str, who: NDArray[np.bool_], holds: Holds
) -> Question:
    """Of the people ``who`` (bool[n])."""
    steered = None
    if experiment.allocation is not None:
        steered = list(experiment.epochs.values_list("weights", flat=True))
    sums = summing.sums(seen, key, who)
    return Question(experiment, key, seen.values[key], sums, steered, holds)


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


def holding(experiment: Experiment, days: int, now: datetime) -> Holds:
    """Until the plan of a metric with such a window is over one may look at any time, so its
    intervals hold at any time. From then on they are of the plan's people alone, who do not change
    any more: a single look.
    """
    if experiment.method == Experiment.Method.BAYES:
        return Holds.CREDIBLE
    is_over = now >= experiment.planned_until + timedelta(days=days)
    is_once = is_over and experiment.method != Experiment.Method.ALWAYS_VALID
    return Holds.ONCE if is_once else Holds.ALWAYS


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
            return NOTHING_WORSE if _is_without_harm(asked, these) else None
        return msgspec.structs.replace(found, safety=safety(asked, these, margin))

    return MetricResult(
        key=asked.key, name=label.en, name_zh=label.zh, role=role, margin=margin,
        unit=values.definition.unit, days=values.definition.days,
        lower_is_better=values.definition.lower_is_better, limit=values.limit,
        arms=[arm_value(asked, [arm]) for arm in arms],
        together=arm_value(asked, treated),
        effects=[effect([arm]) if arm in treated else None for arm in arms],
        treated=effect(treated), shape=asked.shape, sums=summing.documents(asked.sums),
        holds=asked.holds, percentile=asked.percentile,
    )  # fmt: skip


NOTHING_WORSE = Effect(0.0, 0.0, 0.0, 1.0, 1.0, safety=Safety.SAFE)


def _is_without_harm(asked: Question, treated: Sequence[int]) -> bool:
    """Nobody of either group has any of what should be low: no share of the control's value can be
    ruled out, and nothing got worse.
    """
    groups = [summing.of_arms(asked.sums, arms) for arms in (treated, [asked.experiment.control])]
    is_lower = asked.values.definition.lower_is_better
    return is_lower and all(group.n > 0 and group.yy == 0 for group in groups)


def _label(asked: Question, said: MetricDefinition | None) -> Text:
    if said is not None:
        return said.label
    goal = asked.experiment.goal_metric
    return goal.label if asked.key == GOAL and goal is not None else _LABELS[asked.key]


def arm_value(asked: Question, arms: Sequence[int]) -> ArmValue:
    """Of these arms together."""
    pairs = summing.of_arms(asked.sums, arms)
    if asked.percentile is not None:
        value = pairs.counts.at(asked.percentile) if pairs.counts else None
        return ArmValue(pairs.n, pairs.y, value)
    below = pairs.x if asked.shape is Shape.RATIO else pairs.n
    return ArmValue(pairs.n, pairs.y, pairs.y / below if below else None)


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


class Believed(NamedTuple):
    """``better``: chance that the treated do better: that they have less of what should be low."""

    value: float
    low: float
    high: float
    better: float


def belief(asked: Question, treated: Sequence[int], found: Compared) -> Believed | None:
    """By the priors that `statistics.bayes` states, of one cell; None where its ends are unknown.

    Over several cells, and of a ratio or a percentile: by a flat prior of the effect, whose belief
    is what the estimate's interval of one look says. Cells with priors of their own would pull
    each, however small, towards the prior, and the groups apart where their sizes differ.
    """
    told = _conjugate(asked, treated)
    if told is not None:
        higher, ends = told.better, told.interval
        value, low, high = ends.estimate, ends.low, ends.high
    else:
        bounds = found.bounds(found.quantile(CONFIDENCE))
        if bounds is None:
            return None
        value, (low, high), half = found.value, bounds, found.p_value() / 2
        higher = 1 - half if found.z > 0 else half
    is_lower = asked.values.definition.lower_is_better
    return Believed(value, low, high, 1 - higher if is_lower else higher)


def _conjugate(asked: Question, treated: Sequence[int]) -> Belief | None:
    if len({group[1:] for group in asked.sums}) != 1:
        return None
    t, c = (summing.of_arms(asked.sums, arms) for arms in (treated, [asked.experiment.control]))
    if asked.shape is Shape.RATE:
        return belief_of_rates(_rate(t), _rate(c)) if t.n and c.n else None
    if asked.shape in (Shape.RATIO, Shape.PERCENTILE):
        return None
    return belief_of_means(Mean(t.n, t.y, t.yy), Mean(c.n, c.y, c.yy))


def _rate(pairs: Pairs) -> Proportion:
    return Proportion(pairs.n, round(pairs.y))


def safety(asked: Question, treated: Sequence[int], margin: float) -> Safety:
    """A guardrail is safe if it is ruled out that it got worse by more than ``margin`` percent of
    the control's value, whose own error counts too.
    """
    control = arm_value(asked, [asked.experiment.control]).value
    if control is None:
        return Safety.UNKNOWN
    sign = -1 if asked.values.definition.lower_is_better else 1
    lost = sign * margin / 100
    found = asked.against(treated, keep=1 - lost if control >= 0 else 1 + lost)
    if found is None:
        return Safety.UNKNOWN
    always = asked.holds is Holds.ALWAYS
    bound = (
        always_valid.widening(found.people, CONFIDENCE) if always else found.quantile(CONFIDENCE)
    )
    above = sign * found.z
    return Safety.SAFE if above > bound else Safety.WORSE if above < -bound else Safety.UNKNOWN


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
