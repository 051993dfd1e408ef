"""What is said to do: checks before effects, guardrails before the goal, the arm that works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import (
    ArmValue,
    Asked,
    CheckResult,
    Effect,
    Holds,
    MetricResult,
    Result,
    Role,
    Safety,
)
from marketing.experiments.verdict import Say, of

START = datetime(2026, 1, 1, tzinfo=UTC)
AFTER = START + timedelta(days=30)


def experiment(result_at: datetime | None = None) -> Experiment:
    return Experiment(
        key="spring", started_at=START, planned_days=14, goal_days=7, result_at=result_at,
        arms=["holdout", "a", "b"], weights=[0.2, 0.4, 0.4],
    )  # fmt: skip


def look(estimate: float = 0.05, arms: list[dict[str, object]] | None = None) -> Look:
    return Look(treated=1_000, holdout=500, estimate=estimate, low=estimate - 0.01,
                high=estimate + 0.01, money=200.0, money_low=100.0, money_high=300.0,
                arms=arms or [])  # fmt: skip


def metric(key: str, role: Role, safety: Safety | None = None, unit: str = "share") -> MetricResult:
    nobody = ArmValue(0, 0, None)
    effect = Effect(0.0, -0.1, 0.1, 1.0, 1.0, safety=safety)
    return MetricResult(
        key=key, name=key, name_zh=key, unit=unit, role=role, days=7, lower_is_better=False,
        limit=None, margin=5.0 if role is Role.GUARDRAIL else None, arms=[nobody] * 3,
        together=nobody, effects=[None, effect, effect], treated=effect, shape="rate", sums=[],
    )  # fmt: skip


def result(*metrics: MetricResult, checks: tuple[CheckResult, ...] = ()) -> Result:
    return Result(
        arms=["holdout", "a", "b"], control=0, exposed=[1, 1, 1], immature=0, holds=Holds.ALWAYS,
        metrics=[metric("goal", Role.GOAL), *metrics], checks=list(checks), split=None,
    )  # fmt: skip


@pytest.mark.parametrize("asked", Asked)
@pytest.mark.parametrize(("failed", "covers"), [(True, True), (True, False), (False, True)])
def test_verdict__a_check__then_covers_only_if_it_failed_and_is_about_the_goal(
    asked: Asked, failed: bool, covers: bool
) -> None:
    check = CheckResult(asked, failed=failed, covers=covers, p=0.0001)
    found = of(experiment(), result(checks=(check,)), look())
    assert (found.say is Say.BROKEN) is (failed and covers)
    assert found.because == ([check] if failed and covers else [])


@pytest.mark.parametrize(
    ("safety", "result_at", "say"),
    [
        (Safety.SAFE, START, Say.SHIP),
        (Safety.UNKNOWN, START, Say.KEEP_RUNNING),
        (Safety.UNKNOWN, AFTER, Say.STOP),
        (Safety.WORSE, START, Say.STOP),
    ],
)
def test_verdict__the_goal_is_reached__then_only_shipped_if_the_guardrail_is_safe(
    safety: Safety, result_at: datetime, say: Say
) -> None:
    guarded = result(metric("refunds", Role.GUARDRAIL, safety))
    found = of(experiment(result_at), guarded, look())
    assert (found.say, found.is_harm) == (say, False)
    assert bool(found.guardrails) is (safety is not Safety.SAFE)


def test_verdict__the_goal_is_not_reached__then_guardrails_do_not_matter() -> None:
    guarded = result(metric("refunds", Role.GUARDRAIL, Safety.SAFE))
    found = of(experiment(), guarded, look(-0.05))
    assert (found.say, found.is_harm, found.guardrails) == (Say.STOP, True, [])


def test_verdict__several_arms__then_the_one_that_works_most() -> None:
    rows = [{"arm": 1, "estimate": 0.03, "says": "better"},
            {"arm": 2, "estimate": 0.07, "says": "better"}]  # fmt: skip
    assert of(experiment(), result(), look(arms=rows)).best == 2
    rows[1]["says"] = ""
    assert of(experiment(), result(), look(arms=rows)).best == 1
    rows[0]["says"] = "worse"
    assert of(experiment(), result(), look(arms=rows)).best is None
    assert of(experiment(), result(), look(-0.05, arms=rows)).best is None


def test_verdict__a_goal_that_is_no_yes_or_no__then_no_extra_people_but_money() -> None:
    paid = msgspec.structs.replace(result(), metrics=[metric("goal", Role.GOAL, unit="money")])
    found = of(experiment(), paid, look())
    assert found.extra is None and found.extra_money is not None
    assert tuple(found.extra_money) == (200_000, 100_000, 300_000)
