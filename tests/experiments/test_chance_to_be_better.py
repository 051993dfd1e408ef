"""The chance to be better is about what is better, also where that is less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from marketing.events.intake import Taken
from marketing.experiments import results
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.services import Plan, define
from marketing.experiments.types import GOAL, stored
from marketing.kernel.text import Text
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.experiments.test_results import exposed, ordered


def test_better__the_treated_wait_for_fewer_days__then_near_certain_in_result_and_look(
    workspace: Workspace, send: Callable[..., Taken]
) -> None:
    wait = MetricDefinition.objects.create(
        key="wait", kind="time_to_event", event="Order Completed", days=3, lower_is_better=True
    )
    plan = Plan(goal=("Order Completed", 3), planned_days=1, goal_metric=wait, method="bayes")
    experiment = define("spring", Text("Spring", "春"), ("holdout", "all"), (0.5, 0.5), plan, NOW)
    for i in range(80):
        exposed(experiment, f"p{i}", i % 2)
    quick = [i for i in range(80) if i % 8 in (1, 3, 5, 6)]
    ordered(send, *((f"p{i}", NOW + timedelta(hours=i % 7), 1) for i in quick))
    results.refresh(NOW + timedelta(days=5), ZoneInfo("UTC"))
    experiment = Experiment.objects.get()
    result, look = stored(experiment), experiment.looks.get()
    assert result is not None and look.better is not None and look.estimate is not None
    effect = result.metric(GOAL).treated
    assert effect is not None and effect.better is not None
    assert effect.estimate < 0 and look.estimate < 0
    assert min(effect.better, look.better) > 0.999
