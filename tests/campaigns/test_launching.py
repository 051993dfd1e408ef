"""Launch, pause, end: legal moves only; a schedule repeats without drifting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from campaigns.launching import LEGAL, end, launch, pause, run_due
from campaigns.models import Campaign, Delivery
from marketing.experiments.models import Experiment
from marketing.kernel.errors import Conflict, Invalid, MarketingError
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, condition, coupons, crowd, decided, draft

Status = Campaign.Status
DAY = timedelta(days=1)


def moves(workspace: Workspace) -> dict[str, Callable[[Campaign], None]]:
    return {
        Status.RUNNING: lambda campaign: launch(campaign, workspace, NOW),
        Status.PAUSED: pause,
        Status.ENDED: lambda campaign: end(campaign, NOW),
    }


@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("target", [Status.RUNNING, Status.PAUSED, Status.ENDED])
def test_move__every_pair__then_only_what_the_table_allows(
    source: Campaign.Status, target: Campaign.Status, workspace: Workspace
) -> None:
    campaign = draft()
    Campaign.objects.update(status=source)
    campaign.refresh_from_db()
    if target in LEGAL[source]:
        moves(workspace)[target](campaign)
        assert Campaign.objects.get().status == campaign.status == target
    else:
        with pytest.raises(Conflict):
            moves(workspace)[target](campaign)
        assert Campaign.objects.get().status == source
        assert not Experiment.objects.exists()


def test_move__two_operators__then_one_wins(workspace: Workspace) -> None:
    mine = draft()
    launch(mine, workspace, NOW)
    theirs = Campaign.objects.get()
    end(theirs, NOW)
    with pytest.raises(Conflict):
        pause(mine)


def test_launch__no_variant__then_invalid_and_still_a_draft(workspace: Workspace) -> None:
    campaign = draft()
    campaign.variants.all().delete()
    with pytest.raises(Invalid):
        launch(campaign, workspace, NOW)
    assert Campaign.objects.get().status == Status.DRAFT


def test_launch__first__then_defines_the_experiment(workspace: Workspace) -> None:
    both = {**coupons(), "plain": ("send_message", {})}
    launch(draft(variants=both, holdout_percent=20, goal_days=3), workspace, NOW)
    found = Experiment.objects.get(key="spring")
    assert found.arms == ["holdout", "coupon", "plain"]
    assert found.weights == pytest.approx([0.2, 0.4, 0.4])
    assert (found.goal_event, found.goal_days) == ("Order Completed", 3)
    assert found.started_at == NOW


def test_launch__after_a_pause__then_the_first_moments_stay(workspace: Workspace) -> None:
    campaign = draft(occasion="event", event_name="x")
    launch(campaign, workspace, NOW)
    pause(campaign)
    launch(campaign, workspace, NOW + DAY)
    assert Campaign.objects.get().launched_at == NOW
    assert Experiment.objects.get().started_at == NOW


def runs(workspace: Workspace, *moments: datetime) -> list[str]:
    return [run.occasion for moment in moments for run in run_due(workspace, moment)]


def test_schedule__once__then_runs_once(workspace: Workspace) -> None:
    crowd(1)
    launch(draft(), workspace, NOW)
    assert runs(workspace, NOW, NOW + DAY) == ["schedule:2024-06-12T15:30"]
    assert Campaign.objects.get().next_run_at is None


def test_schedule__repeats__then_on_its_own_grid_without_drift(workspace: Workspace) -> None:
    crowd(1)
    launch(draft(repeat_days=2), workspace, NOW)
    late = timedelta(minutes=7)
    found = runs(workspace, NOW + late, NOW + DAY, NOW + 2 * DAY - late, NOW + 2 * DAY + late)
    assert found == ["schedule:2024-06-12T15:30", "schedule:2024-06-14T15:30"]
    assert Campaign.objects.get().next_run_at == NOW + 4 * DAY


def test_schedule__worker_slept_for_weeks__then_one_run_and_the_next_is_ahead(
    workspace: Workspace,
) -> None:
    crowd(1)
    launch(draft(repeat_days=1), workspace, NOW)
    runs(workspace, NOW)
    awake = NOW + 20 * DAY + timedelta(hours=1)
    assert len(runs(workspace, awake, awake)) == 1
    assert Campaign.objects.get().next_run_at == NOW + 21 * DAY


def test_schedule__paused__then_does_not_run(workspace: Workspace) -> None:
    crowd(1)
    campaign = draft()
    launch(campaign, workspace, NOW)
    pause(campaign)
    assert runs(workspace, NOW + DAY) == []


def test_schedule__paused_before_its_run__then_runs_after_the_new_launch(
    workspace: Workspace,
) -> None:
    crowd(1)
    campaign = draft()
    launch(campaign, workspace, NOW)
    pause(campaign)
    launch(campaign, workspace, NOW + DAY)
    assert len(runs(workspace, NOW + DAY)) == 1


def test_schedule__once_then_paused_and_launched_again__then_nobody_gets_it_twice(
    workspace: Workspace,
) -> None:
    crowd(3)
    campaign = draft(variants=coupons())
    decided(campaign, workspace)
    campaign.refresh_from_db()
    pause(campaign)
    launch(campaign, workspace, NOW + DAY)
    run_due(workspace, NOW + DAY)
    assert Delivery.objects.count() == 3


# A trait that is computed only after the next refresh.
FRESH = condition({"type": "event", "event": "Course Viewed", "op": "gte", "value": 1})


def test_launch__rule_cannot_be_evaluated__then_refused_and_still_a_draft(
    workspace: Workspace,
) -> None:
    crowd(1)
    campaign = draft(audience=FRESH)
    with pytest.raises(MarketingError):
        launch(campaign, workspace, NOW)
    assert Campaign.objects.get().status == Status.DRAFT
    assert not Experiment.objects.exists()


def test_schedule__one_rule_cannot_be_evaluated__then_the_others_still_run(
    workspace: Workspace,
) -> None:
    crowd(1)
    bad, good = draft("bad"), draft("good")
    launch(bad, workspace, NOW)
    launch(good, workspace, NOW)
    Campaign.objects.filter(pk=bad.pk).update(audience=FRESH)
    run_due(workspace, NOW)
    assert Delivery.objects.filter(campaign=good).count() == 1
    bad.refresh_from_db()
    assert "Course Viewed" in bad.problem


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"parameters": {"nonsense": 1}}, id="parameters"),
        pytest.param({"weight": 0}, id="weight"),
        pytest.param({"action": "gone"}, id="action"),
    ],
)
def test_schedule__one_variant_is_broken__then_the_others_still_run(
    workspace: Workspace, broken: dict[str, object]
) -> None:
    crowd(1)
    bad, good = draft("bad"), draft("good")
    launch(bad, workspace, NOW)
    launch(good, workspace, NOW)
    bad.variants.update(**broken)
    run_due(workspace, NOW)
    assert Delivery.objects.filter(campaign=good).count() == 1


def test_deliveries__several_campaigns__then_one_row_a_campaign_and_person(
    workspace: Workspace,
) -> None:
    people = crowd(3)
    for key in ("one", "two"):
        decided(draft(key), workspace)
    rows = set(Delivery.objects.values_list("campaign__key", "person_id"))
    assert rows == {(key, each.pk) for key in ("one", "two") for each in people}
