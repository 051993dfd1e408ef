"""The verdict's sentence, in both languages, says what to do and the number that says so."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.utils.translation import override

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import Asked, CheckResult, Holds, Result, Role, Safety
from marketing.experiments.verdict import of
from marketing.studio.pages.verdict import sentence, word
from tests.experiments.test_verdict import metric, result

EXPERIMENT = Experiment(
    started_at=datetime(2026, 1, 1, tzinfo=UTC), planned_days=14, goal_days=7, key="spring"
)


def look(estimate: float, reach: float | None = 0.02, *, is_last: bool = False) -> Look:
    low, high = (None, None) if reach is None else (estimate - reach, estimate + reach)
    return Look(treated=1_000, holdout=1_000, estimate=estimate, low=low, high=high,
                is_last=is_last)  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "badge", "english", "chinese"),
    [
        (look(0.031), "Ship", "Ship it: of 100 people, +3.1 more reach the goal (between +1.1",
         "建议上线：每 100 人中达成目标的人数变化为 +3.1 人（+1.1 至 +5.1 之间）"),
        (look(-0.031), "Stop", "Stop: it does harm, of 100 people, -3.1 more", "停止：有负面影响"),
        (look(0.01, is_last=True), "Stop", "Stop: the plan is over and no effect is shown",
         "停止：计划已结束，未显示出效果"),
        (look(0.01), "Keep running", "which may be chance. Decided by 2026-01-22",
         "最迟于 2026-01-22 得出结论"),
        (look(0.9, None), "Keep running", "too early to say", "为时过早"),
        (None, "Keep running", "too early to say", "为时过早"),
        (look(0.9, None, is_last=True), "Stop", "nothing to compare", "没有可比较的数据"),
    ],
)  # fmt: skip
def test_sentence__of_what_was_seen__then_what_to_do_and_the_number(
    seen: Look | None, badge: str, english: str, chinese: str
) -> None:
    found = of(EXPERIMENT, None, seen)
    with override("en"):
        assert word(found)[0] == badge
        assert english in sentence(found)
    with override("zh-hans"):
        assert chinese in sentence(found)


def test_sentence__when_the_split_is_broken__then_no_effect_is_said() -> None:
    numbers = {"arm": 1.0, "people": 40.0, "expected": 60.0, "broken_cells": 0.0}
    check = CheckResult(Asked.SPLIT, failed=True, covers=True, p=0.0002, numbers=numbers)
    broken = Result(arms=["holdout", "push"], control=0, exposed=[60, 40], immature=0, later=0,
                    holds=Holds.ALWAYS, metrics=[], checks=[check], split=None)  # fmt: skip
    found = of(EXPERIMENT, broken, look(0.5))
    with override("en"):
        assert word(found) == ("Broken", "bad")
        said = sentence(found, broken)
        assert "'push' has 40 where 60 were expected (p = 0.0002)" in said
        assert "more" not in said


def test_sentence__a_guardrail_stands_in_the_way__then_what_was_measured_and_what_is_borne() -> (
    None
):
    guarded = result(metric("refunds", Role.GUARDRAIL, Safety.SAFE, alone=Safety.WORSE))
    seen = look(0.05)
    seen.arms = [{"arm": 2, "estimate": 0.07, "low": 0.05, "high": 0.09, "says": "better"},
                 {"arm": 1, "estimate": 0.0, "says": ""}]  # fmt: skip
    found = of(EXPERIMENT, guarded, seen)
    with override("en"):
        assert sentence(found, guarded, "Push") == (
            "Stop: 'refunds' of 'Push' got worse by more than the 5 % that are borne "
            "(measured: -20.0 %)."
        )
    with override("zh-hans"):
        assert "“Push”的“refunds”变差超过可容忍的 5%（实测：-20.0 %）" in sentence(
            found, guarded, "Push"
        )


def test_sentence__one_variant_alone_is_better__then_it_is_named() -> None:
    seen = look(0.001, is_last=True)
    seen.arms = [{"arm": 1, "estimate": 0.05, "says": "better"},
                 {"arm": 2, "estimate": -0.05, "says": "worse"}]  # fmt: skip
    with override("en"):
        assert "'Push' by itself is better" in sentence(of(EXPERIMENT, None, seen), None, "Push")


def test_sentence__the_goal_is_a_percentile__then_it_says_which() -> None:
    shown = result()
    goal = msgspec.structs.replace(shown.metrics[0], unit="number", percentile=90.0)
    shown = msgspec.structs.replace(shown, metrics=[goal])
    with override("en"):
        assert "+3.00 at percentile 90 of people" in sentence(
            of(EXPERIMENT, shown, look(3.0)), shown
        )


@pytest.mark.parametrize(
    ("unit", "english", "chinese"),
    [("share", "(+4.0 against +12.0 of 100;", "每 100 人 +4.0 对 +12.0"),
     ("days", "(+0.0 days a person against +0.1 days;", "人均 +0.0 天 对 +0.1 天")],
)  # fmt: skip
def test_sentence__of_novelty__then_in_the_goals_unit(
    unit: str, english: str, chinese: str
) -> None:
    numbers = {"early": 0.12, "late": 0.04}
    check = CheckResult(Asked.NOVELTY, failed=True, covers=True, p=0.0002, numbers=numbers)
    seen = result(checks=(check,))
    seen = msgspec.structs.replace(seen, metrics=[metric("goal", Role.GOAL, unit=unit)])
    found = of(EXPERIMENT, seen, look(0.5))
    with override("en"):
        assert english in sentence(found, seen)
    with override("zh-hans"):
        assert chinese in sentence(found, seen)
