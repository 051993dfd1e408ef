"""Novelty as an experiment's days are asked about it: a small holdout must raise no alarm."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from marketing.experiments.checking.novelty import of_novelty
from marketing.experiments.measuring import Measured, Values
from marketing.experiments.metrics import Definition
from marketing.experiments.models import Experiment
from marketing.experiments.services import Plan, define
from marketing.experiments.types import GOAL, CheckResult
from marketing.kernel.text import Text
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW

Numbers = NDArray[np.int64]
Bools = NDArray[np.bool_]
DEFINITION = Definition(kind="conversion", event="Order Completed", days=3)


@pytest.fixture
def experiment(workspace: Workspace) -> Experiment:
    plan = Plan(goal=("Order Completed", 3))
    return define("spring", Text("Spring", "春"), ("holdout", "a"), (0.1, 0.9), plan, NOW)


def asked(experiment: Experiment, arms: Numbers, days: Numbers, reached: Bools) -> CheckResult:
    same = np.zeros(len(arms), dtype=np.int64)
    values = {GOAL: Values(DEFINITION, reached.astype(np.float64))}
    seen = Measured(np.arange(len(arms)), arms, same, same, values, same, ("",), 0)
    found = of_novelty(experiment, seen, np.ones(len(arms), dtype=bool), days)
    assert found is not None
    return found


def test_novelty__a_holdout_of_30_a_day_and_no_effect__then_alarms_are_rare(
    experiment: Experiment,
) -> None:
    dice, n_days = np.random.default_rng(7), 28
    arms = np.tile(np.repeat([0, 1], [30, 270]), n_days)
    days = np.repeat(np.arange(n_days), 300)
    alarms = sum(
        asked(experiment, arms, days, dice.random(len(arms)) < 0.05).failed for _ in range(1_000)
    )
    assert alarms <= 4  # one or two are expected; by each group's own variance 13


def test_novelty__an_effect_that_wears_off__then_found(experiment: Experiment) -> None:
    dice, n_days = np.random.default_rng(8), 14
    arms = np.tile(np.repeat([0, 1], [500, 500]), n_days)
    days = np.repeat(np.arange(n_days), 1_000)
    rate = 0.05 + arms * 0.1 * (1 - days / n_days)
    found = asked(experiment, arms, days, dice.random(len(arms)) < rate)
    assert found.failed and found.numbers["early"] > found.numbers["late"]
