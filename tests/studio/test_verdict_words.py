"""The verdict's sentence, in both languages, says what to do and the number that says so."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.utils.translation import override

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import Asked, CheckResult, Holds, Result, Role
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
    broken = Result(arms=["holdout", "push"], control=0, exposed=[60, 40], immature=0,
                    holds=Holds.ALWAYS, metrics=[], checks=[check], split=None)  # fmt: skip
    found = of(EXPERIMENT, broken, look(0.5))
    with override("en"):
        assert word(found) == ("Broken", "bad")
        said = sentence(found, broken)
        assert "'push' has 40 where 60 were expected (p = 0.0002)" in said
        assert "more" not in said


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
