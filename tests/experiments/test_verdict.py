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


def metric(
    key: str,
    role: Role,
    safety: Safety | None = None,
    unit: str = "share",
    days: int = 7,
    alone: Safety | None = None,
) -> MetricResult:
    """``safety``: of all together and of the first arm; ``alone``: of the second."""
    nobody = ArmValue(0, 0, None)
    effect = Effect(0.0, -0.1, 0.1, 1.0, 1.0, safety=safety)
    second = msgspec.structs.replace(effect, estimate=-0.02, safety=alone or safety)
    return MetricResult(
        key=key, name=key, name_zh=key, unit=unit, role=role, days=days, lower_is_better=False,
        limit=None, margin=5.0 if role is Role.GUARDRAIL else None,
        arms=[ArmValue(100, 10, 0.1), nobody, nobody],
        together=nobody, effects=[None, effect, second], treated=effect, shape="rate", sums=[],
        holds=Holds.ALWAYS,
    )  # fmt: skip


def result(*metrics: MetricResult, checks: tuple[CheckResult, ...] = ()) -> Result:
    return Result(
        arms=["holdout", "a", "b"], control=0, exposed=[1, 1, 1], immature=0, later=0,
        holds=Holds.ALWAYS,
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


def test_verdict__one_arm_is_to_be_shipped__then_its_own_guardrail_asks() -> None:
    """All together are safe; the arm that works is not."""
    rows = [
        {"arm": 1, "estimate": 0.01, "says": ""},
        {"arm": 2, "estimate": 0.07, "says": "better"},
    ]
    guarded = result(metric("refunds", Role.GUARDRAIL, Safety.SAFE, alone=Safety.WORSE))
    found = of(experiment(), guarded, look(arms=rows))
    assert (found.say, found.best) == (Say.STOP, 2)
    assert found.guardrails[0].change == pytest.approx(-0.2)
    rows[0]["says"], rows[1]["says"] = "better", ""
    found = of(experiment(), guarded, look(arms=rows))
    assert (found.say, found.best, found.guardrails) == (Say.SHIP, 1, [])


@pytest.mark.parametrize(("days", "say"), [(7, Say.STOP), (30, Say.KEEP_RUNNING)])
def test_verdict__a_guardrails_window_is_longer_than_the_goals__then_it_is_waited_for(
    days: int, say: Say
) -> None:
    guarded = result(metric("refunds", Role.GUARDRAIL, Safety.UNKNOWN, days=days))
    found = of(experiment(AFTER), guarded, look())
    assert (found.say, found.decided_by) == (say, START + timedelta(days=14 + days))


def test_verdict__arms_differ_without_an_effect_of_all__then_the_better_one_is_named() -> None:
    rows = [{"arm": 1, "estimate": 0.05, "says": "better"},
            {"arm": 2, "estimate": -0.05, "says": "worse"}]  # fmt: skip
    seen = look(0.001, arms=rows)
    assert of(experiment(), result(), seen).alone is None  # not the last yet
    seen.is_last = True
    found = of(experiment(), result(), seen)
    assert (found.say, found.best, found.alone) == (Say.STOP, None, 1)


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
