"""``results.compute`` against plain Python over the same exposures and goals."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from marketing.events.intake import Taken
from marketing.experiments import results
from marketing.experiments.exposing import Seen, expose
from marketing.experiments.models import Experiment, Exposure
from marketing.experiments.services import Plan, define, reweigh
from marketing.experiments.types import GOAL, MONEY, Asked, Effect, Holds, stored
from marketing.kernel.errors import Conflict, Unavailable
from marketing.kernel.text import Text
from marketing.people.models import Identity, Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, fold
from tests.messages import track

Send = Callable[..., Taken]
DAYS = 3
WINDOW = timedelta(days=DAYS)
ZONE = ZoneInfo("Asia/Shanghai")
TICK = timedelta(microseconds=1)
ARMS = ("holdout", "small", "large")
WEIGHTS = (0.2, 0.4, 0.4)
Goal = tuple[str, datetime, int | None]


@pytest.fixture
def experiment(workspace: Workspace) -> Experiment:
    goal = ("Order Completed", DAYS)
    return define("spring", Text("Spring", "春"), ARMS, WEIGHTS, Plan(goal=goal), NOW)


def exposed(
    experiment: Experiment, name: str, arm: int, at: datetime = NOW, epoch: int = 0
) -> None:
    person = Person.objects.create(key=f"user:{name}", created_at=NOW)
    Identity.objects.create(key=person.key, person=person)
    expose(experiment.pk, person.pk, Seen(arm=arm, epoch=epoch), at)


def priced(cents: int | None) -> dict[str, Any]:
    return {} if cents is None else {"price_cents": cents}


def ordered(send: Send, *goals: Goal) -> None:
    """Through intake, 300 days later: nothing is in the future there."""
    messages = [track(name, "Order Completed", at, **priced(cents)) for name, at, cents in goals]
    send(*messages, track("nobody", "Course Viewed", NOW), now=NOW + timedelta(days=300))
    fold()


def reference(
    people: dict[str, tuple[int, datetime]], goals: list[Goal]
) -> dict[int, dict[str, list[int]]]:
    """Arm to each person's cents and whether they reached the goal, one by one."""
    spent: dict[str, int] = defaultdict(int)
    reached = set()
    for name, at, cents in goals:
        if name in people and people[name][1] <= at <= people[name][1] + WINDOW:
            reached.add(name)
            spent[name] += cents or 0
    found: dict[int, dict[str, list[int]]] = {
        arm: {"spent": [], "reached": []} for arm in range(len(ARMS))
    }
    for name, (arm, _at) in people.items():
        found[arm]["spent"].append(spent[name])
        found[arm]["reached"].append(int(name in reached))
    return found


def drawn(seed: int) -> tuple[dict[str, tuple[int, datetime]], list[Goal]]:
    """Exposures over ten days; goals before, at the very edges, inside, after, and several."""
    dice = random.Random(seed)
    people = {
        f"s{seed}p{i}": (
            dice.choices(range(3), WEIGHTS)[0], NOW + timedelta(hours=dice.randrange(240))
        )
        for i in range(dice.randrange(40, 160))
    }  # fmt: skip
    offsets = [-TICK, timedelta(0), TICK, WINDOW - TICK, WINDOW, WINDOW + TICK]
    goals: list[Goal] = []
    for name, (_arm, at) in people.items():
        for _ in range(dice.choice([0, 0, 1, 1, 2, 5])):
            after = dice.choice([*offsets, timedelta(seconds=dice.randrange(-(9**5), 9**6))])
            goals.append((name, at + after, dice.choice([None, 0, 1, 9_900, 123_456])))
    goals.append((f"s{seed}-unexposed", NOW, 5_000))
    return people, goals


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("days", "holds"), [(7, Holds.ALWAYS), (40, Holds.ONCE)])
def test_compute__random_exposures_and_goals__then_as_counted_by_hand(
    seed: int, days: int, holds: Holds, experiment: Experiment, send: Send
) -> None:
    people, goals = drawn(seed)
    for name, (arm, at) in people.items():
        exposed(experiment, name, arm, at)
    ordered(send, *goals)
    now = NOW + timedelta(days=days)
    found = results.compute(experiment, now, ZONE)
    ready = {name: who for name, who in people.items() if who[1] + WINDOW <= now}
    expected = reference(ready, goals)
    goal, money = found.metric(GOAL), found.metric(MONEY)
    assert (found.holds, found.arms) == (holds, list(ARMS))
    for i in range(3):
        assert found.exposed[i] == sum(arm == i for arm, _at in people.values())
        assert goal.arms[i].n == len(expected[i]["spent"])
        assert goal.arms[i].total == sum(expected[i]["reached"])
        assert money.arms[i].total == sum(expected[i]["spent"])
        _check_effects(goal.effects[i], money.effects[i], expected[i], expected[0], holds)
    treated = {key: expected[1][key] + expected[2][key] for key in ("spent", "reached")}
    assert goal.together.total == sum(treated["reached"])
    _check_effects(goal.treated, money.treated, treated, expected[0], holds)
    assert found.immature == len(people) - len(ready)


def _check_effects(
    goal: Effect | None,
    money: Effect | None,
    mine: dict[str, list[int]],
    base: dict[str, list[int]],
    holds: Holds,
) -> None:
    """Estimates are differences of plain means, where nothing was spent before; the interval of
    one look is SciPy's Welch's, that of any moment is wider.
    """
    if mine is base:
        assert goal is None and money is None
        return
    assert goal is not None and money is not None
    assert goal.estimate == pytest.approx(np.mean(mine["reached"]) - np.mean(base["reached"]))
    assert -1 <= goal.low <= goal.estimate <= goal.high <= 1
    welch = stats.ttest_ind(mine["spent"], base["spent"], equal_var=False).confidence_interval()
    if holds is Holds.ALWAYS:
        assert money.high - money.low > 1.2 * (welch.high - welch.low)
        assert money.p >= 0.05 or not money.low <= 0 <= money.high


@pytest.mark.parametrize(
    ("after", "counts"),
    [(-TICK, False), (timedelta(0), True), (WINDOW, True), (WINDOW + TICK, False)],
)
def test_compute__goal_at_the_windows_edge__then_both_ends_are_inside(
    after: timedelta, counts: bool, experiment: Experiment, send: Send
) -> None:
    exposed(experiment, "ann", 1)
    ordered(send, ("ann", NOW + after, 100))
    found = results.compute(experiment, NOW + WINDOW, ZONE)
    assert found.metric(GOAL).arms[1].total == int(counts)
    assert found.metric(MONEY).arms[1].total == 100.0 * counts


def test_compute__several_goals__then_one_conversion_and_all_the_money(
    experiment: Experiment, send: Send
) -> None:
    exposed(experiment, "ann", 0)
    ordered(send, *(("ann", NOW + timedelta(hours=h), 100) for h in range(3)))
    found = results.compute(experiment, NOW + WINDOW, ZONE)
    assert (found.metric(GOAL).arms[0].total, found.metric(MONEY).arms[0].total) == (1, 300)


def test_compute__nobody_exposed__then_zeros_and_no_effects(
    experiment: Experiment, send: Send
) -> None:
    ordered(send, ("ann", NOW, 100))
    found = results.compute(experiment, NOW, ZONE)
    assert found.exposed == [0, 0, 0]
    for metric in found.metrics:
        assert [*metric.effects, metric.treated] == [None] * 4
        assert {arm.value for arm in metric.arms} == {None}
    assert (found.immature, found.checks, found.covering, found.split) == (0, [], [], None)


def test_compute__before_anything_was_folded__then_unavailable(experiment: Experiment) -> None:
    with pytest.raises(Unavailable):
        results.compute(experiment, NOW, ZONE)


@pytest.mark.parametrize(
    ("since", "open_"), [(WINDOW - TICK, 1), (WINDOW, 0), (WINDOW + TICK, 0), (-TICK, 1)]
)
def test_compute__window_still_open__then_immature(
    since: timedelta, open_: int, experiment: Experiment, send: Send
) -> None:
    exposed(experiment, "ann", 1)
    ordered(send)
    assert results.compute(experiment, NOW + since, ZONE).immature == open_


def test_compute__the_split_is_far_off__then_the_verdict_is_covered(
    experiment: Experiment, send: Send
) -> None:
    for i in range(260):
        exposed(experiment, f"p{i}", i % 2)
    ordered(send)
    found = results.compute(experiment, NOW, ZONE)
    (broken,) = [each for each in found.covering if each.name is Asked.SPLIT]
    assert broken.p is not None and broken.p < 0.001
    assert broken.numbers["arm"] in (0, 2)


def test_refresh__computed__then_what_is_stored_reads_back_equal(
    experiment: Experiment, send: Send
) -> None:
    for i in range(12):
        exposed(experiment, f"p{i}", i % 3)
    ordered(send, ("p1", NOW, 100), ("p3", NOW, 50))
    ((_experiment, result),) = results.refresh(NOW, ZONE)
    kept = Experiment.objects.get()
    assert kept.result_at == NOW
    assert stored(kept) == result


def test_refresh__one_names_a_trait_that_is_gone__then_the_others_are_computed_still(
    experiment: Experiment, send: Send
) -> None:
    plan = Plan(goal=("Order Completed", DAYS), strata="trait:gone")
    define("autumn", Text("Autumn", "秋"), ARMS, WEIGHTS, plan, NOW)
    late = define("winter", Text("Winter", "冬"), ARMS, WEIGHTS, Plan(goal=plan.goal), NOW)
    ordered(send)
    found = results.refresh(NOW + WINDOW, ZONE)
    assert [each.key for each, _result in found] == ["spring", late.key]
    assert Experiment.objects.get(key="autumn").result_at is None


def test_expose__again_in_another_arm__then_the_first_stands(experiment: Experiment) -> None:
    exposed(experiment, "ann", 1)
    person = Person.objects.get()
    assert expose(experiment.pk, person.pk, Seen(arm=2), NOW + timedelta(days=1)) == 1
    assert list(Exposure.objects.values_list("arm", "exposed_at")) == [(1, NOW)]


def test_compute__exposed_person_was_merged__then_their_goal_still_counts(
    experiment: Experiment, send: Send
) -> None:
    # The phone was there first; ann was exposed under the younger ordinal.
    send(track(None, "Course Viewed", NOW, anonymous="phone"), now=NOW)
    exposed(experiment, "ann", 1)
    send(track("ann", "Course Viewed", NOW, anonymous="phone"), now=NOW)
    ordered(send, ("ann", NOW + timedelta(hours=1), 100))
    assert results.compute(experiment, NOW + WINDOW, ZONE).metric(GOAL).arms[1].total == 1


def test_control__the_holdout_is_given_up_later__then_it_stays_the_control(
    experiment: Experiment,
) -> None:
    reweigh(experiment, (0.0, 0.5, 0.5), NOW)
    assert Experiment.objects.get().control == 0
    plan = Plan(goal=("Order Completed", DAYS))
    bare = define("bare", Text("Bare", "无"), ARMS, (0.0, 0.5, 0.5), plan, NOW)
    assert bare.control == 1


def test_define__an_arm_would_lose_its_place__then_refused_and_nothing_changes(
    experiment: Experiment,
) -> None:
    plan = Plan(goal=("Order Completed", DAYS))
    with pytest.raises(Conflict, match="place"):
        define("spring", Text("Spring", "春"), ARMS[:2], (0.2, 0.8), plan, NOW)
    experiment.refresh_from_db()
    assert (experiment.arms, experiment.epoch) == (list(ARMS), 0)
