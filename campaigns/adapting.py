"""Shares that follow the answers: once a day each learning campaign's variants are weighed anew.

What is learned is written to the experiment; the next decision opens an epoch with it. The holdout
keeps its share, so that all the variants together can be compared with it as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from campaigns import judging, learning_contextual
from campaigns.allocating import FLOOR, UNIFORM
from campaigns.answers import Answers, answers_of
from campaigns.deciding import or_problem
from campaigns.models import Campaign, Variant
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.adaptive.allocation import allocate
from marketing.experiments.statistics.adaptive.thompson import (
    best_of_means,
    best_of_rates,
    top_two,
)
from marketing.experiments.statistics.sufficient import Mean
from marketing.workspace.models import Workspace

Allocation = Campaign.Allocation


def adapt(workspace: Workspace, now: datetime) -> int:
    """Weigh the variants of whatever learns and was not weighed today; how many campaigns."""
    learning = Campaign.objects.filter(status=Campaign.Status.RUNNING)
    done = 0
    for campaign in learning.exclude(allocation=Allocation.FIXED):
        done += bool(or_problem(campaign, lambda c: _weigh(c, workspace, now)))
    return done


def _weigh(campaign: Campaign, workspace: Workspace, now: datetime) -> bool:
    experiment = Experiment.objects.filter(key=campaign.key).first()
    day = now.astimezone(workspace.zone).date().isoformat()
    if experiment is None or (experiment.allocation or {}).get("day") == day:
        return False
    # One that came since is an arm from the next decision on.
    variants = [v for v in campaign.variants.all() if v.weight and v.key in experiment.arms]
    answers = answers_of(experiment, now)
    said: dict[str, object] = {"day": day, "floor": FLOOR, "uniform": UNIFORM}
    if campaign.allocation == Allocation.CONTEXTUAL:
        said["contextual"] = learning_contextual.learn(
            campaign, experiment, answers, (FLOOR, UNIFORM)
        )
    shares = next_shares(campaign, experiment, variants, answers)
    said["shares"] = {v.key: s for v, s in zip(variants, shares.tolist(), strict=True)}
    said["judged"] = judging.policies(experiment, answers)
    experiment.allocation = said
    experiment.save(update_fields=["allocation"])
    return True


def next_shares(
    campaign: Campaign, experiment: Experiment, variants: Sequence[Variant], answers: Answers
) -> NDArray[np.float64]:
    """float64[k] of the treated, adding to 1; equal where the answers say nothing yet."""
    arms = [experiment.arms.index(variant.key) for variant in variants]
    best = _chances(answers, arms)
    if campaign.allocation == Allocation.PICK and len(arms) > 1:
        best = top_two(best)
    return allocate(best, FLOOR, UNIFORM)


def _chances(answers: Answers, arms: Sequence[int]) -> NDArray[np.float64]:
    """float64[k]: how likely each arm is the best one."""
    if answers.is_share:
        counts = [answers.trials(arm) for arm in arms]
        return best_of_rates(
            np.array([each.successes for each in counts], dtype=np.float64),
            np.array([each.trials for each in counts]),
        )
    sign = -1.0 if answers.lower_is_better else 1.0
    found = best_of_means([Mean.of(sign * answers.amounts(arm)) for arm in arms])
    return np.ones(len(arms)) if found is None else found
