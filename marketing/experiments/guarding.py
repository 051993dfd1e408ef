"""Guardrails: is it ruled out that a metric got worse by more than is borne?"""

from __future__ import annotations

from collections.abc import Sequence

from marketing.experiments import summing
from marketing.experiments.asking import CONFIDENCE, Question
from marketing.experiments.statistics import always_valid
from marketing.experiments.types import Effect, Holds, Safety

NOTHING_WORSE = Effect(0.0, 0.0, 0.0, 1.0, 1.0, safety=Safety.SAFE)


def is_without_harm(asked: Question, treated: Sequence[int]) -> bool:
    """Nobody of either group has any of what should be low: no share of the control's value can be
    ruled out, and nothing got worse.
    """
    groups = [summing.of_arms(asked.sums, arms) for arms in (treated, [asked.experiment.control])]
    is_lower = asked.values.definition.lower_is_better
    return is_lower and all(group.n > 0 and group.yy == 0 for group in groups)


def safety(asked: Question, treated: Sequence[int], margin: float) -> Safety:
    """A guardrail is safe if it is ruled out that it got worse by more than ``margin`` percent of
    the control's value, whose own error counts too.
    """
    control = asked.value([asked.experiment.control]).value
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
