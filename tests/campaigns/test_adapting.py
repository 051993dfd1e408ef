"""Shares that follow the answers: what is learned, what it changes, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from campaigns.adapting import adapt
from campaigns.allocating import FLOOR, UNIFORM
from campaigns.answers import answers_of
from campaigns.deciding import decide_for
from campaigns.delivering import deliver_due
from campaigns.launching import launch, pause, run_due
from campaigns.models import Campaign, Variant
from marketing.events.intake import Taken
from marketing.experiments.measuring import measure
from marketing.experiments.models import Experiment, Exposure, MetricDefinition
from marketing.personas.models import CleaningRule
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, crowd, decided, draft, person, publish
from tests.experiments.test_results import ordered

Send = Callable[..., Taken]
TWO = {"a": ("send_message", {"title": "A"}), "b": ("send_message", {"title": "B"})}
LATER = NOW + timedelta(days=2)
LEAST = FLOOR + UNIFORM / 2


def running(workspace: Workspace, n: int, allocation: str, **more: Any) -> Campaign:
    """Everybody has got their arm; a tenth is held out."""
    crowd(n)
    campaign = draft(variants=TWO, holdout_percent=10, repeat_days=1, allocation=allocation, **more)
    decided(campaign, workspace)
    while deliver_due(workspace, NOW):
        pass
    return campaign


def answered(send: Send, arms: dict[int, int]) -> None:
    """Of every arm's people, by arm, one in so many buys within the hour; 0 is nobody."""
    buys = [
        row.person.key.partition(":")[2] for arm, every in arms.items() if every
        for row in Exposure.objects.filter(arm=arm).select_related("person").order_by("id")[::every]
    ]  # fmt: skip
    ordered(send, *((name, NOW + timedelta(minutes=30), 100) for name in buys))


def learned(campaign: Campaign) -> dict[str, Any]:
    experiment = Experiment.objects.get(key=campaign.key)
    assert experiment.allocation is not None
    return dict(experiment.allocation)


def test_launch__a_campaign_that_learns__then_it_begins_with_equal_shares(
    workspace: Workspace,
) -> None:
    campaign = running(workspace, 20, "earn")
    assert learned(campaign)["shares"] == {"a": 0.5, "b": 0.5}
    assert Experiment.objects.get().weights == pytest.approx([0.1, 0.45, 0.45])


def test_adapt__one_variant_works__then_it_gets_more_and_the_holdout_keeps_its_share(
    workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 300, "earn")
    answered(send, {0: 10, 1: 0, 2: 2})
    assert adapt(workspace, LATER) == 1
    shares = learned(campaign)["shares"]
    assert shares["a"] == pytest.approx(LEAST, abs=0.01)
    assert shares["a"] + shares["b"] == pytest.approx(1)
    found = decide_for(campaign, workspace, LATER)
    assert found.rule.weights == pytest.approx((0.1, 0.9 * shares["a"], 0.9 * shares["b"]))


def test_answers__a_cleaning_rule__then_learned_from_is_what_is_measured(
    workspace: Workspace, send: Send
) -> None:
    money = MetricDefinition.objects.create(
        key="money", name="Money", kind="revenue", event="Order Completed", days=1
    )
    campaign = running(workspace, 30, "earn", goal_metric=money)
    answered(send, {1: 3})
    CleaningRule.objects.create(property="price_cents", highest=60)
    experiment = Experiment.objects.get(key=campaign.key)
    asked = answers_of(experiment, LATER).seen.values["goal"].y
    assert asked.tolist() == measure(experiment).values["goal"].y.tolist()
    assert set(asked.tolist()) == {0.0, 60.0}


@pytest.mark.parametrize("allocation", ["earn", "pick", "contextual"])
def test_adapt__a_variant_nobody_got_yet__then_the_others_are_weighed(
    allocation: str, workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 30, allocation)
    answered(send, {})
    Variant.objects.create(
        campaign=campaign, key="c", action="send_message", parameters={"title": "C"}
    )
    assert adapt(workspace, LATER) == 1
    shares = learned(campaign)["shares"]
    assert set(shares) == {"a", "b"}
    weights = decide_for(campaign, workspace, LATER).rule.weights
    assert weights == pytest.approx((0.1, 0.675 * shares["a"], 0.675 * shares["b"], 0.225))


def test_adapt__asked_again_on_the_same_day__then_nothing_changes(
    workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 100, "earn")
    answered(send, {2: 2})
    adapt(workspace, LATER)
    before = learned(campaign)
    assert adapt(workspace, LATER + timedelta(hours=3)) == 0
    assert learned(campaign) == before
    assert adapt(workspace, LATER + timedelta(days=1)) == 1


def test_adapt__pick__then_the_rival_keeps_half_of_the_rest(
    workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 300, "pick")
    answered(send, {2: 2})
    adapt(workspace, LATER)
    assert learned(campaign)["shares"]["a"] == pytest.approx(0.5, abs=0.02)


def test_adapt__the_next_decision__then_a_new_epoch_and_the_old_people_keep_their_arm(
    workspace: Workspace, send: Send
) -> None:
    running(workspace, 300, "earn")
    answered(send, {2: 2})
    before = dict(Exposure.objects.values_list("person_id", "arm"))
    adapt(workspace, LATER)
    newcomers = {person(f"new{i}").pk for i in range(120)}
    publish()
    run_due(workspace, LATER)
    while deliver_due(workspace, LATER):
        pass
    experiment = Experiment.objects.get()
    assert experiment.epoch == 1
    rows = Exposure.objects.filter(experiment=experiment)
    assert {p: a for p, a in rows.values_list("person_id", "arm") if p in before} == before
    late = rows.filter(person_id__in=newcomers)
    assert set(late.values_list("epoch", flat=True)) == {1}
    arms = np.array(list(late.values_list("arm", flat=True)))
    assert (arms == 2).mean() > 0.6
    assert (arms == 0).mean() == pytest.approx(0.1, abs=0.1)


def test_adapt__a_fixed_campaign__then_left_alone(workspace: Workspace, send: Send) -> None:
    running(workspace, 40, "fixed")
    answered(send, {2: 2})
    assert adapt(workspace, LATER) == 0
    assert Experiment.objects.get().allocation is None


def test_launch__again_after_a_pause__then_what_was_learned_goes_on(
    workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 200, "earn")
    answered(send, {2: 2})
    adapt(workspace, LATER)
    before = learned(campaign)
    pause(campaign)
    launch(campaign, workspace, LATER)
    assert learned(campaign) == before
    pause(campaign)
    campaign.allocation = Campaign.Allocation.FIXED
    campaign.save()
    launch(campaign, workspace, LATER)
    experiment = Experiment.objects.get()
    assert experiment.weights == pytest.approx([0.1, 0.45, 0.45])
    assert experiment.allocation == before  # its epochs were steered, whatever comes now


def test_adapt__contextual__then_each_kind_of_person_gets_what_works_for_it(
    workspace: Workspace, send: Send
) -> None:
    people = [person(f"p{i}") for i in range(400)]
    publish({each.pk: float(i % 2 * 10) for i, each in enumerate(people)})
    campaign = draft(
        variants=TWO, holdout_percent=10, repeat_days=1, allocation="contextual",
        allocation_reads=["trait:points"],
    )  # fmt: skip
    decided(campaign, workspace)
    while deliver_due(workspace, NOW):
        pass
    logged = Exposure.objects.first()
    assert logged is not None
    assert logged.propensities == pytest.approx([0.1, 0.45, 0.45])
    # Few points go with a, many with b.
    wants = {each.pk: 1 + i % 2 for i, each in enumerate(people)}
    pleased = [
        each.person.key.partition(":")[2] for each in Exposure.objects.select_related("person")
        if each.arm == wants[each.person_id]
    ]  # fmt: skip
    ordered(send, *((name, NOW + timedelta(minutes=30), 100) for name in pleased))
    adapt(workspace, LATER)
    late = [person(f"new{i}") for i in range(200)]
    kinds = {each.pk: float(i % 2 * 10) for i, each in enumerate(late)}
    publish({each.pk: float(i % 2 * 10) for i, each in enumerate(people)} | kinds)
    found = decide_for(campaign, workspace, LATER, list(kinds))
    chances = found.decisions.propensities
    assert chances is not None
    few = np.array([kinds[int(o)] == 0 for o in found.decisions.ordinals])
    assert chances[few, 1].mean() > 0.7 and chances[~few, 2].mean() > 0.7
    assert chances.min() >= 0.9 * LEAST * 0.99
    np.testing.assert_allclose(chances.sum(axis=1), 1)


def test_adapt__what_other_ways_would_bring__then_as_the_arms_own_means(
    workspace: Workspace, send: Send
) -> None:
    campaign = running(workspace, 400, "earn", goal_days=1)
    answered(send, {0: 5, 1: 4, 2: 2})
    adapt(workspace, LATER)
    rows = {row["policy"]: row for row in learned(campaign)["judged"]}
    assert set(rows) == {"holdout", "a", "b", "evenly"}
    for arm, name in ((1, "a"), (2, "b")):
        mine = Exposure.objects.filter(arm=arm).count()
        buys = len(range(0, mine, {1: 4, 2: 2}[arm]))
        assert rows[name]["snips"]["value"] == pytest.approx(buys / mine)
        assert rows[name]["snips"]["low"] < buys / mine < rows[name]["snips"]["high"]
    refused = rows["holdout"]["snips"]  # about forty people: worth too little
    assert refused["refused"] == "effective_sample"
