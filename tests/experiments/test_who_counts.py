"""Whose figures are compared with whose: the plan's people, within epochs, where chances allow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketing.experiments import results
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.services import Plan, define, reweigh
from marketing.experiments.types import GOAL, Holds, Safety
from marketing.kernel.text import Text
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.experiments.test_results import (
    ARMS,
    DAYS,
    WEIGHTS,
    ZONE,
    Goal,
    Send,
    drawn,
    exposed,
    ordered,
)


@pytest.fixture
def experiment(workspace: Workspace) -> Experiment:
    plan = Plan(goal=("Order Completed", DAYS))
    return define("spring", Text("Spring", "春"), ARMS, WEIGHTS, plan, NOW)


def test_compute__the_plan_is_over__then_of_its_people_alone_whoever_comes_later(
    experiment: Experiment, send: Send
) -> None:
    """Else the interval of a single look would be looked at again and again, as more come."""
    people, goals = drawn(1)
    for name, (arm, at) in people.items():
        exposed(experiment, name, arm, at)
    later = NOW + timedelta(days=experiment.planned_days, hours=1)
    for i in range(50):
        exposed(experiment, f"later{i}", 1 + i % 2, later + timedelta(hours=i))
        goals.append((f"later{i}", later + timedelta(hours=i + 1), 9_900))
    ordered(send, *goals)
    over = experiment.decided_by
    once = results.compute(experiment, over, ZONE)
    again = results.compute(experiment, over + timedelta(days=30), ZONE)
    assert once.holds is again.holds is Holds.ONCE
    assert once.metrics == again.metrics
    assert (once.immature, once.later, again.immature, again.later) == (50, 0, 0, 50)
    Experiment.objects.update(method=Experiment.Method.ALWAYS_VALID)
    experiment.refresh_from_db()
    always = results.compute(experiment, over + timedelta(days=30), ZONE)
    assert (always.holds, always.later) == (Holds.ALWAYS, 0)


def test_compute__a_metric_with_a_longer_window__then_its_plan_is_over_later(
    experiment: Experiment, send: Send
) -> None:
    long = MetricDefinition.objects.create(
        key="long", name="Long", kind="count", event="Order Completed", days=20,
        in_every_experiment=True,
    )  # fmt: skip
    exposed(experiment, "ann", 0)
    ordered(send)
    found = results.compute(experiment, experiment.decided_by, ZONE)
    assert (found.holds, found.metric("long").holds) == (Holds.ONCE, Holds.ALWAYS)
    after = experiment.planned_until + timedelta(days=long.days)
    assert results.compute(experiment, after, ZONE).metric("long").holds is Holds.ONCE


@pytest.mark.parametrize(
    ("is_lower", "withdrew", "safety"),
    [(True, [], Safety.SAFE), (False, [], None), (True, ["p3"], Safety.UNKNOWN)],
)
def test_compute__a_guardrail_of_which_nobody_has_any__then_safe_where_less_is_better(
    is_lower: bool, withdrew: list[str], safety: Safety | None,
    experiment: Experiment, send: Send,
) -> None:  # fmt: skip
    MetricDefinition.objects.create(
        key="out", name="Out", kind="conversion", event="Order Completed", days=DAYS,
        in_every_experiment=True, role="guardrail", lower_is_better=is_lower,
    )  # fmt: skip
    for i in range(12):
        exposed(experiment, f"p{i}", i % 3)
    ordered(send, *[(name, NOW, 100) for name in withdrew])
    found = results.compute(experiment, experiment.decided_by, ZONE).metric("out").treated
    assert (found and found.safety) == safety


def test_compute__chances_were_peoples_own__then_only_all_variants_are_like_the_holdout(
    experiment: Experiment, send: Send
) -> None:
    people, goals = drawn(2)
    for name, (arm, at) in people.items():
        exposed(experiment, name, arm, at)
    ordered(send, *goals)
    plain = results.compute(experiment, NOW + timedelta(days=7), ZONE).metric(GOAL)
    Experiment.objects.update(allocation={"contextual": {"inputs": []}})
    experiment.refresh_from_db()
    found = results.compute(experiment, NOW + timedelta(days=7), ZONE).metric(GOAL)
    assert found.effects == [None] * 3 and found.treated is not None
    assert plain.treated is not None and None not in plain.effects[1:]
    assert found.treated.estimate == pytest.approx(plain.treated.estimate)


def test_compute__beliefs_over_two_epochs__then_like_is_compared_with_like(
    experiment: Experiment, send: Send
) -> None:
    """Each epoch without an effect; thrown together the treated would seem far better."""
    Experiment.objects.update(method=Experiment.Method.BAYES)
    goals: list[Goal] = []
    for epoch, (sizes, every) in enumerate((((30, 120), 10), ((120, 30), 2))):
        at = NOW + timedelta(days=epoch)
        for arm, n in enumerate(sizes):
            for i in range(n):
                name = f"e{epoch}a{arm}p{i}"
                exposed(experiment, name, arm, at, epoch)
                goals += [(name, at, 9_900)] if i % every == 0 else []
    reweigh(experiment, (0.8, 0.1, 0.1), NOW + timedelta(days=1))
    ordered(send, *goals)
    experiment.refresh_from_db()
    told = results.compute(experiment, NOW + timedelta(days=7), ZONE).metric(GOAL).effects[1]
    assert told is not None and told.better is not None
    assert told.estimate == pytest.approx(0.0) and told.low < 0 < told.high
    assert told.better == pytest.approx(0.5)
