"""Programmes and epochs in the ledger: withheld, exposed, and the first arm seen stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from campaigns import models
from campaigns.actions import Message
from campaigns.deciding import decide_for
from campaigns.delivering import deliver_due
from campaigns.launching import end, launch, run_due
from campaigns.models import Campaign, Decision, Delivery, Programme, State
from campaigns.placements import fill
from campaigns.programmes import define_programme
from marketing.experiments.exposed import exposed
from marketing.experiments.models import Epoch, Experiment, Exposure, Layer
from marketing.kernel.errors import Conflict
from marketing.people.models import Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, crowd, decided, draft, person, points_at_least, publish

Pushed = Mapping[str, Message]
TWO = {"a": ("send_message", {"title": "A"}), "b": ("send_message", {"title": "B"})}
DAY = timedelta(days=1)


@pytest.fixture
def everything(workspace: Workspace) -> Programme:
    """The global one, of which half is held out."""
    Programme.objects.filter(is_global=True).update(holdout_percent=50)
    return Programme.objects.get(is_global=True)


def test_global_holdout__of_a_fresh_installation__then_five_in_a_hundred(
    workspace: Workspace,
) -> None:
    assert Programme.objects.get(is_global=True).holdout_percent == 5
    assert Campaign(key="x").respects_global_holdout


def test_global_holdout__a_campaign_runs__then_withheld_and_exposed_in_the_programme_only(
    everything: Programme, workspace: Workspace, pushed: Pushed
) -> None:
    crowd(60)
    campaign = draft(holdout_percent=20, respects_global_holdout=True)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    held = set(Delivery.objects.exclude(held_by="").values_list("person_id", flat=True))
    assert 15 < len(held) < 45
    mine = Delivery.objects.filter(person_id__in=held)
    assert set(mine.values_list("state", "reason")) == {(State.WITHHELD, "programme_holdout")}
    assert set(Decision.objects.filter(person_id__in=held).values_list("outcome", "variant")) == {
        ("programme_holdout", "")
    }
    seen = Exposure.objects.filter(experiment__key=everything.experiment_key)
    assert set(seen.filter(arm=0).values_list("person_id", flat=True)) == held
    assert seen.count() == 60
    own = Exposure.objects.filter(experiment__key=campaign.key)
    assert set(own.values_list("person_id", flat=True)).isdisjoint(held)
    assert own.count() == 60 - len(held) and own.filter(arm=0).exists()
    assert len(pushed) == own.filter(arm=1).count()


def test_global_holdout__a_placement__then_shows_nothing_and_counts(
    everything: Programme, workspace: Workspace
) -> None:
    people = crowd(30)
    campaign = draft(occasion="request", placement="home", respects_global_holdout=True)
    launch(campaign, workspace, NOW)
    shown = {each.pk for each in people if fill("home", each.pk, workspace, NOW).message}
    held = set(Delivery.objects.exclude(held_by="").values_list("person_id", flat=True))
    assert held and shown == {each.pk for each in people} - held
    for each in people:  # asked again: the same answer, nothing counted twice
        assert bool(fill("home", each.pk, workspace, NOW).message) == (each.pk in shown)
    assert Exposure.objects.filter(experiment__key=everything.experiment_key).count() == 30


def test_own_programme__two_campaigns__then_the_same_people_are_held_out(
    workspace: Workspace,
) -> None:
    crowd(60)
    programme = Programme.objects.create(key="winback", name="Win back", holdout_percent=30)
    first = draft("first", programme=programme)
    second = draft("second", programme=programme)
    for campaign in (first, second):
        decided(campaign, workspace)
    deliver_due(workspace, NOW)
    held = [
        set(campaign.deliveries.filter(held_by="winback").values_list("person_id", flat=True))
        for campaign in (first, second)
    ]
    assert held[0] == held[1] and 5 < len(held[0]) < 35
    assert Experiment.objects.get(key=programme.experiment_key).weights == [0.3, 0.7]


def test_weights__edited_while_it_runs__then_a_new_epoch_and_nobody_changes_arm(
    workspace: Workspace,
) -> None:
    people = crowd(80)
    campaign = draft(variants=TWO, holdout_percent=20, repeat_days=1)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    before = dict(Exposure.objects.values_list("person_id", "arm"))
    campaign.variants.filter(key="a").update(weight=0)
    newcomers = [person(f"new{i}") for i in range(40)]
    publish()
    run_due(workspace, NOW + DAY)
    deliver_due(workspace, NOW + DAY)
    assert {pk: arm for pk, arm in Exposure.objects.values_list("person_id", "arm")
            if pk in before} == before  # fmt: skip
    second = campaign.deliveries.filter(occasion__contains="06-13")
    assert {row.person_id: row.arm for row in second if row.person_id in before} == before
    late = Exposure.objects.filter(person__in=newcomers)
    assert set(late.values_list("epoch", flat=True)) == {1}
    assert 1 not in set(late.values_list("arm", flat=True))
    assert [list(each.weights) for each in Epoch.objects.filter(experiment__key="spring")] == [
        pytest.approx([0.2, 0.4, 0.4]), pytest.approx([0.2, 0.0, 0.8]),
    ]  # fmt: skip
    assert len(people) == len(before)


def test_claim__weights_changed_after_the_decision__then_the_arm_that_was_seen_stays(
    workspace: Workspace, pushed: Pushed
) -> None:
    (ann,) = crowd(1)
    campaign = draft(variants=TWO)
    (row,) = decided(campaign, workspace)
    other = 3 - row.arm
    experiment = Experiment.objects.get(key="spring")
    Exposure.objects.create(experiment=experiment, person=ann, arm=other, exposed_at=NOW)
    deliver_due(workspace, NOW)
    row.refresh_from_db()
    assert (row.arm, row.variant) == (other, "ab"[other - 1])
    assert [each.title for each in pushed.values()] == ["AB"[other - 1]]


def test_claim__a_merged_person_had_seen_an_arm__then_it_stays(workspace: Workspace) -> None:
    (ann,) = crowd(1)
    (row,) = decided(draft(variants=TWO), workspace)
    phone = Person.objects.create(key="anonymous:phone", created_at=NOW, merged_into=ann)
    experiment = Experiment.objects.get(key="spring")
    Exposure.objects.create(experiment=experiment, person=phone, arm=3 - row.arm, exposed_at=NOW)
    deliver_due(workspace, NOW)
    assert Delivery.objects.get().arm == 3 - row.arm
    assert Exposure.objects.filter(experiment=experiment).count() == 1


def test_programme__its_share_grows__then_nobody_who_got_something_is_held_out(
    everything: Programme, workspace: Workspace
) -> None:
    crowd(60)
    campaign = draft(respects_global_holdout=True, repeat_days=1)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    before = dict(Exposure.objects.filter(experiment__key=everything.experiment_key)
                  .values_list("person_id", "arm"))  # fmt: skip
    Programme.objects.filter(is_global=True).update(holdout_percent=20)
    everything.refresh_from_db()
    define_programme(everything, workspace, NOW)
    found = decide_for(campaign, workspace, NOW + DAY)
    assert found.rule.programmes[0].remembers
    again = {int(o): int(h < 0) for o, h in zip(found.decisions.ordinals,
                                                found.decisions.held_by, strict=True)}  # fmt: skip
    assert again == before


@pytest.mark.parametrize("percent", [0, 5])
def test_programme__edited_while_a_campaign_runs__then_it_holds_out_in_an_epoch_of_that_share(
    percent: int, everything: Programme, workspace: Workspace
) -> None:
    Programme.objects.filter(is_global=True).update(holdout_percent=percent)
    crowd(60)
    campaign = draft(respects_global_holdout=True, repeat_days=1)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    Programme.objects.filter(is_global=True).update(holdout_percent=30)
    new = [person(f"new{i}") for i in range(60)]
    publish()
    run_due(workspace, NOW + DAY)
    held = set(campaign.deliveries.filter(person__in=new).exclude(held_by="")
               .values_list("person_id", flat=True))  # fmt: skip
    deliver_due(workspace, NOW + DAY)
    withheld = campaign.deliveries.filter(person__in=held, state=State.WITHHELD)
    assert held and withheld.count() == len(held)
    experiment = Experiment.objects.get(key=everything.experiment_key)
    seen = Exposure.objects.filter(experiment=experiment, person__in=new)
    assert set(seen.filter(arm=0).values_list("person_id", flat=True)) == held
    assert set(seen.values_list("epoch", flat=True)) == {experiment.epoch}
    assert list(experiment.epochs.get(number=experiment.epoch).weights) == [0.3, 0.7]


def test_variant__added_while_it_runs__then_an_arm_of_its_own_from_then_on(
    workspace: Workspace,
) -> None:
    crowd(40)
    campaign = draft(variants=TWO, repeat_days=1)
    decided(campaign, workspace)
    deliver_due(workspace, NOW)
    models.Variant.objects.create(
        campaign=campaign, key="c", action="send_message", parameters={"title": "C"}
    )
    new = [person(f"new{i}") for i in range(60)]
    publish()
    run_due(workspace, NOW + DAY)
    deliver_due(workspace, NOW + DAY)
    experiment = Experiment.objects.get(key="spring")
    assert experiment.arms == ["holdout", "a", "b", "c"]
    assert experiment.weights == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    got = campaign.deliveries.filter(person__in=new, arm=3)
    assert got.exists() and set(got.values_list("variant", "state")) == {("c", State.DELIVERED)}
    seen = exposed(experiment, {})
    assert len(seen) == 100 and set(seen.arms.tolist()) == {1, 2, 3}


def test_tester__not_in_the_audience__then_gets_it_and_counts_nowhere(
    everything: Programme, workspace: Workspace, pushed: Pushed
) -> None:
    ann, *_others = crowd(3)
    campaign = draft(variants=TWO, audience=points_at_least(5), respects_global_holdout=True)
    models.Tester.objects.create(
        campaign=campaign, person=ann, variant=campaign.variants.get(key="b")
    )
    (row,) = decided(campaign, workspace)
    deliver_due(workspace, NOW)
    row.refresh_from_db()
    assert (row.person_id, row.variant, row.is_test, row.state) == (
        ann.pk, "b", True, State.DELIVERED,
    )  # fmt: skip
    assert [each.title for each in pushed.values()] == ["B"]
    assert not Exposure.objects.exists()


def test_layer__two_campaigns__then_nobody_gets_both_and_a_third_finds_no_room(
    workspace: Workspace,
) -> None:
    people = crowd(60)
    layer = Layer.objects.create(key="home", name="Home")
    first = draft("first", layer=layer, layer_percent=50)
    second = draft("second", layer=layer, layer_percent=40)
    third = draft("third", layer=layer, layer_percent=20)
    for campaign in (first, second):
        decided(campaign, workspace)
    got = [set(c.deliveries.values_list("person_id", flat=True)) for c in (first, second)]
    assert all(got) and not got[0] & got[1] and len(got[0] | got[1]) < len(people)
    with pytest.raises(Conflict, match="no 20 % left"):
        launch(third, workspace, NOW)
    assert Campaign.objects.get(key="third").status == Campaign.Status.DRAFT
    end(first, NOW)
    launch(third, workspace, NOW)
    placed = Experiment.objects.get(key="third")
    assert (placed.layer_low, placed.layer_high) == (0.0, 0.2)


def test_layer__a_campaign_of_an_old_key_begins_anew__then_not_in_a_slice_that_is_taken(
    workspace: Workspace,
) -> None:
    layer = Layer.objects.create(key="home", name="Home")
    first = draft("first", layer=layer, layer_percent=40)
    launch(first, workspace, NOW)
    end(first, NOW)
    first.delete()
    launch(draft("second", layer=layer, layer_percent=40), workspace, NOW)
    launch(draft("first", layer=layer, layer_percent=40), workspace, NOW)
    slices = Experiment.objects.order_by("key").values_list("key", "layer_low", "layer_high")
    assert list(slices) == [("first", 0.4, 0.8), ("second", 0.0, 0.4)]
