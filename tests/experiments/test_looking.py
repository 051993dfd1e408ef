"""Looks and the verdict, against counts made by hand and scipy's bounds for one look."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from marketing.events.intake import Taken
from marketing.experiments import results
from marketing.experiments.bucketing import bucket, bucket_ranges, choose_arm
from marketing.experiments.models import Experiment, Look
from marketing.experiments.services import Plan, define
from marketing.experiments.types import Asked
from marketing.experiments.verdict import Say, verdict
from marketing.kernel.text import Text
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.experiments.test_results import exposed, ordered

Send = Callable[..., Taken]
DAY, DAYS, PLANNED = timedelta(days=1), 3, 10
ZONE = ZoneInfo("Asia/Shanghai")
RANGES = bucket_ranges(3, 1.0, (0.5, 0.25, 0.25))


@pytest.fixture
def experiment(workspace: Workspace) -> Experiment:
    goal = ("Order Completed", DAYS)
    arms, weights = ("holdout", "small", "large"), (0.5, 0.25, 0.25)
    return define(
        "spring", Text("Spring", "春"), arms, weights, Plan(goal=goal, planned_days=PLANNED), NOW
    )


def people(
    experiment: Experiment,
    send: Send,
    rates: tuple[float, float],
    *,
    a_day: int = 40,
    seed: int = 1,
) -> list[tuple[bool, datetime, bool]]:
    """(treated, exposed, reached the goal): some a day, over the plan and five days beyond."""
    dice, found, goals = random.Random(1), [], []
    for i in range(a_day * (PLANNED + 5)):
        at = NOW + DAY * (i // a_day) + timedelta(minutes=i % a_day)
        arm = choose_arm(bucket(experiment.key, f"p{i}"), RANGES)
        reached = dice.random() < rates[arm > 0]
        exposed(experiment, f"p{i}", arm, at)
        if reached:
            goals.append((f"p{i}", at + timedelta(hours=dice.randrange(1, 72)), 1_000))
        found.append((arm > 0, at, reached))
    ordered(send, *goals)
    return found


def daily(experiment: Experiment, days: int) -> list[Look]:
    for day in range(days + 1):
        for hour in (1, 5):  # twice a day: the second changes nothing
            results.refresh(NOW + DAY * day + timedelta(hours=hour), ZONE)
    experiment.refresh_from_db()
    return list(experiment.looks.all())


def test_looks__day_by_day_without_an_effect__then_one_a_day_of_whose_window_is_over(
    experiment: Experiment, send: Send
) -> None:
    everyone = people(experiment, send, (0.3, 0.3))
    looks = daily(experiment, PLANNED + DAYS + 4)
    assert len({each.day for each in looks}) == len(looks) == PLANNED + 1
    for each in looks:
        ready = [(treated, reached) for treated, at, reached in everyone
                 if at + DAY * DAYS <= each.looked_at and at < NOW + DAY * PLANNED]  # fmt: skip
        groups = [[float(r) for t, r in ready if t is side] for side in (True, False)]
        assert (each.treated, each.holdout) == (len(groups[0]), len(groups[1]))
        assert each.estimate == pytest.approx(np.mean(groups[0]) - np.mean(groups[1]))
        assert each.z is not None
        table = [[sum(group), len(group) - sum(group)] for group in groups]
        theirs = stats.chi2_contingency(table, correction=False).statistic
        n = each.treated + each.holdout
        assert each.z**2 == pytest.approx(theirs * (n - 1) / n)
        assert each.decides == (each.bound is not None and abs(each.z) >= each.bound)
    bounds = [each.bound or np.inf for each in looks]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < 2.3  # nearly the bound of a single look
    assert [each.is_last for each in looks] == [False] * PLANNED + [True]
    assert looks[-1].spent == pytest.approx(0.05)
    found = verdict(experiment)
    assert (found.say, found.is_harm) == (Say.STOP, False)
    assert found.decided_by == NOW + DAY * (PLANNED + DAYS)


@pytest.mark.parametrize(("rates", "say"), [((0.1, 0.7), Say.SHIP), ((0.7, 0.1), Say.STOP)])
def test_looks__with_a_large_effect__then_the_first_clear_one_decides_and_stays(
    rates: tuple[float, float], say: Say, experiment: Experiment, send: Send
) -> None:
    people(experiment, send, rates)
    looks = daily(experiment, PLANNED + DAYS)
    assert 0 < len(looks) < PLANNED
    assert [each.decides for each in looks] == [False] * (len(looks) - 1) + [True]
    found = verdict(experiment)
    assert (found.say, found.is_harm) == (say, say == Say.STOP)
    assert found.extra is not None and looks[-1].estimate is not None
    assert found.extra[0] == pytest.approx(looks[-1].estimate * looks[-1].treated)
    assert np.sign(found.extra[1]) == np.sign(found.extra[2]) == np.sign(looks[-1].estimate)


def test_looks__when_all_come_on_one_day__then_the_last_is_as_if_only_one_was_planned(
    workspace: Workspace, send: Send
) -> None:
    goal = ("Order Completed", DAYS)
    plan = Plan(goal=goal, planned_days=1)
    once = define("once", Text("Once", "一次"), ("holdout", "all"), (0.5, 0.5), plan, NOW)
    for i in range(60):
        exposed(once, f"p{i}", i % 2, NOW + timedelta(hours=2))
    ordered(send, *((f"p{i}", NOW + timedelta(hours=30), 100) for i in range(0, 60, 3)))
    early, last = daily(once, 6)
    assert [each.treated + each.holdout for each in (early, last)] == [60, 60]
    assert early.spent < 1e-4
    assert (last.is_last, last.looked_at.date()) == (True, (NOW + DAY * (DAYS + 1)).date())
    assert last.bound == pytest.approx(stats.norm.isf(0.025), abs=1e-6)


def test_looks__when_nothing_new_came_at_the_end__then_the_last_takes_the_place_of_the_one_before(
    experiment: Experiment, send: Send
) -> None:
    """All are there on the first day: the last look may still spend all of alpha."""
    for i in range(80):
        exposed(experiment, f"p{i}", i % 2, NOW + timedelta(seconds=i))
    ordered(send, *((f"p{i}", NOW + timedelta(hours=9), 100) for i in range(0, 80, 3)))
    first, last = daily(experiment, PLANNED + DAYS)
    assert (first.is_last, last.is_last) == (False, True)
    assert last.information == first.information
    assert last.bound == pytest.approx(stats.norm.isf(0.025), abs=1e-6)


def test_verdict__when_the_split_is_broken__then_that_covers_an_effect(
    experiment: Experiment, send: Send
) -> None:
    people(experiment, send, (0.1, 0.7))
    for i in range(400):
        exposed(experiment, f"more{i}", 1, NOW)
    daily(experiment, PLANNED)
    assert experiment.looks.last().decides  # type: ignore[union-attr]
    found = verdict(experiment)
    assert found.say == Say.BROKEN
    assert Asked.SPLIT in {each.name for each in found.because}


def test_verdict__before_the_first_look__then_keep_running(experiment: Experiment) -> None:
    found = verdict(experiment)
    assert (found.say, found.by, found.extra) == (Say.KEEP_RUNNING, None, None)


def test_looks__when_nobody_is_there_at_the_end__then_stop_with_nothing_to_say(
    experiment: Experiment, send: Send
) -> None:
    ordered(send)
    (last,) = daily(experiment, PLANNED + DAYS)
    none: Any = (last.bound, last.estimate, last.low)
    assert none == (None, None, None)
    assert verdict(experiment).say == Say.STOP
