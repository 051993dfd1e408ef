"""Between the decision and the claim the world moves: guards are asked again on fresh columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from campaigns.actions import Message
from campaigns.delivering import deliver_due
from campaigns.launching import end, launch, pause, run_due
from campaigns.models import Campaign, Delivery, State
from marketing.experiments.models import Exposure
from marketing.people.models import Consent
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, claim, crowd, decided, deliver, draft, states

Pushed = Mapping[str, Message]
NIGHT = NOW.replace(hour=22, minute=30)
MORNING = (NOW + timedelta(days=1)).replace(hour=8, minute=0)


def test_claim__nothing_changed__then_delivered_once(workspace: Workspace, pushed: Pushed) -> None:
    crowd(3)
    campaign = draft()
    rows = decided(campaign, workspace)
    assert deliver_due(workspace, NOW) == 3
    assert deliver_due(workspace, NOW) == 0
    assert states(campaign) == [(State.DELIVERED, "")] * 3
    assert set(pushed) == {str(row.pk) for row in rows}


def test_claim__consent_withdrawn_meanwhile__then_held(
    workspace: Workspace, pushed: Pushed
) -> None:
    people = crowd(2)
    campaign = draft()
    decided(campaign, workspace)
    Consent.objects.filter(person=people[0], channel="push").update(granted=False)
    deliver_due(workspace, NOW)
    assert states(campaign) == [(State.HELD, "consent"), (State.DELIVERED, "")]
    assert len(pushed) == 1


def test_claim__address_lost_meanwhile__then_held(workspace: Workspace, pushed: Pushed) -> None:
    people = crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    Consent.objects.filter(person=people[0], channel="push").update(reachable=False)
    deliver_due(workspace, NOW)
    assert states(campaign) == [(State.HELD, "consent")]
    assert not pushed


def test_claim__held__then_nobody_counts_as_exposed(workspace: Workspace, pushed: Pushed) -> None:
    people = crowd(4)
    decided(draft(holdout_percent=50), workspace)
    Consent.objects.filter(person__in=people).delete()
    deliver_due(workspace, NOW)
    assert not Exposure.objects.exists()


def test_claim__cap_reached_by_other_campaigns_meanwhile__then_held(
    workspace: Workspace, pushed: Pushed
) -> None:
    workspace.message_cap = 2
    workspace.save()
    crowd(1)
    campaigns = [draft(f"c{i}") for i in range(4)]
    for campaign in campaigns:
        decided(campaign, workspace)  # all four said yes: nothing had been delivered yet
    deliver_due(workspace, NOW)
    found = [states(campaign)[0] for campaign in campaigns]
    assert sorted(found) == [(State.DELIVERED, "")] * 2 + [(State.HELD, "message_cap")] * 2
    assert len(pushed) == 2


def test_cap__the_window_has_passed__then_messages_flow_again(
    workspace: Workspace, pushed: Pushed
) -> None:
    workspace.message_cap = 1
    workspace.save()
    crowd(1)
    decided(draft("first"), workspace)
    deliver_due(workspace, NOW)
    early, late = draft("early"), draft("late")
    week = timedelta(days=workspace.message_cap_days)
    assert decided(early, workspace, NOW + week - timedelta(seconds=1)) == []
    assert len(decided(late, workspace, NOW + week)) == 1


def test_cap__a_campaign_that_does_not_count__then_neither_obeys_nor_uses_it(
    workspace: Workspace, pushed: Pushed
) -> None:
    workspace.message_cap = 1
    workspace.save()
    crowd(1)
    for key in ("receipt", "another"):
        decided(draft(key, counts_as_message=False), workspace)
    decided(draft("news"), workspace)
    deliver_due(workspace, NOW)
    assert len(pushed) == 3


def test_cooldown__delivered_lately__then_not_again(workspace: Workspace, pushed: Pushed) -> None:
    crowd(1)
    campaign = draft(cooldown_days=3, repeat_days=1)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    for days in (1, 2, 3):
        run_due(workspace, NOW + timedelta(days=days))
        deliver_due(workspace, NOW + timedelta(days=days))
    assert len(pushed) == 2  # on the first day and on the fourth


def test_claim__quiet_hours_began__then_put_off_and_delivered_in_the_morning(
    workspace: Workspace, pushed: Pushed
) -> None:
    crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    deliver_due(workspace, NIGHT)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.reason) == (State.PENDING, "quiet_hours")
    assert waiting.due_at == MORNING
    assert deliver_due(workspace, MORNING - timedelta(seconds=1)) == 0
    assert deliver_due(workspace, MORNING) == 1
    assert states(campaign)[0][0] == State.DELIVERED
    assert len(pushed) == 1


def test_claim__campaign_ended_meanwhile__then_held(workspace: Workspace, pushed: Pushed) -> None:
    crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    end(campaign, NOW)
    deliver_due(workspace, NOW)
    assert states(campaign) == [(State.HELD, "running")]
    assert not pushed


def test_claim__campaign_past_its_end__then_held(workspace: Workspace, pushed: Pushed) -> None:
    crowd(1)
    campaign = draft(ends_at=NOW + timedelta(hours=1))
    decided(campaign, workspace)
    deliver_due(workspace, NOW + timedelta(hours=1))
    assert states(campaign) == [(State.HELD, "running")]


def test_claim__campaign_paused_meanwhile__then_nothing_leaves(
    workspace: Workspace, pushed: Pushed
) -> None:
    crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    pause(campaign)
    deliver_due(workspace, NOW)
    assert not pushed


def test_claim__campaign_paused_and_launched_again__then_what_waited_goes_on(
    workspace: Workspace, pushed: Pushed
) -> None:
    crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    pause(campaign)
    deliver_due(workspace, NOW)
    launch(campaign, workspace, NOW + timedelta(hours=1))
    deliver_due(workspace, NOW + timedelta(hours=2))
    assert states(campaign) == [(State.DELIVERED, "")]


def test_claim__campaign_paused_while_a_batch_runs__then_the_rest_stays(
    workspace: Workspace, pushed: Pushed
) -> None:
    crowd(1)
    campaign = draft()
    decided(campaign, workspace)
    batch = claim(NOW)
    pause(Campaign.objects.get(pk=campaign.pk))  # an operator, in another process
    deliver(batch, workspace, NOW)
    assert not pushed
