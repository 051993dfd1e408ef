"""A placement asks now; its answer stands all local day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.launching import launch, pause
from campaigns.models import Ad, Campaign, Decision, Delivery, State
from campaigns.placements import Slot, fill
from marketing.experiments.models import Exposure
from marketing.people.models import Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, crowd, draft, person, points_at_least, publish

AD = {"ad": ("show_ad", {"ad": "member"})}


@pytest.fixture
def people(workspace: Workspace) -> list[Person]:
    Ad.objects.create(key="member", title="Become a member", url="https://example.org/")
    return crowd(30)


def home(workspace: Workspace, **fields: object) -> Campaign:
    said: dict[str, object] = {"occasion": "request", "placement": "home"}
    campaign = draft("home", variants=AD, **said | fields)
    launch(campaign, workspace, NOW)
    return campaign


def asked(people: list[Person], workspace: Workspace) -> dict[int, Slot]:
    return {each.pk: fill("home", each.pk, workspace, NOW) for each in people}


def test_fill__no_campaign__then_nothing(people: list[Person], workspace: Workspace) -> None:
    assert fill("home", people[0].pk, workspace, NOW) == Slot("home", None, "", None)


@pytest.mark.parametrize("placement", ["Home", "", "home ", "course"])
def test_fill__another_placement__then_nothing(
    people: list[Person], workspace: Workspace, placement: str
) -> None:
    home(workspace)
    assert fill(placement, people[0].pk, workspace, NOW).token is None


def test_fill__a_yes__then_rendered_delivered_and_exposed(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    slot = fill("home", people[0].pk, workspace, NOW)
    assert slot.message is not None and slot.message.title == "Become a member"
    decision = Decision.objects.get()
    assert (slot.token, slot.variant) == (str(decision.token), "ad")
    row = Delivery.objects.get()
    assert (row.state, row.finished_at) == (State.DELIVERED, NOW)
    exposure = Exposure.objects.get()
    assert (exposure.person, exposure.arm, exposure.exposed_at) == (people[0], 1, NOW)


def test_fill__again_the_same_day__then_the_same_answer_and_nothing_new(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace, holdout_percent=50)
    first = asked(people, workspace)
    late = NOW.replace(hour=23, minute=59)
    assert {pk: fill("home", pk, workspace, late) for pk in first} == first
    assert Decision.objects.count() == len(people)
    assert set(Exposure.objects.values_list("exposed_at", flat=True)) == {NOW}


def test_fill__the_next_local_day__then_decided_anew(
    people: list[Person], workspace: Workspace
) -> None:
    workspace.time_zone = "Asia/Shanghai"
    workspace.save()
    home(workspace, respects_quiet_hours=False)
    first = fill("home", people[0].pk, workspace, NOW)  # 23:30 in Shanghai
    second = fill("home", people[0].pk, workspace, NOW + timedelta(minutes=31))
    assert first.token != second.token
    assert Exposure.objects.count() == 1


def test_fill__holdout__then_nothing_shown_but_exposed(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace, holdout_percent=50)
    slots = asked(people, workspace)
    withheld = {row.person_id for row in Delivery.objects.filter(state=State.WITHHELD)}
    assert 0 < len(withheld) < len(people)
    assert {pk for pk, slot in slots.items() if slot.message is None} == withheld
    assert all(slots[pk].token for pk in withheld)
    held_out = Exposure.objects.filter(arm=0).values_list("person_id", flat=True)
    assert set(held_out) == withheld
    assert Exposure.objects.count() == len(people)


def test_fill__a_no__then_nothing_shown_nobody_exposed_and_a_reason(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace, audience=points_at_least(1))
    slot = fill("home", people[0].pk, workspace, NOW)
    assert slot.message is None and slot.token is not None
    assert Decision.objects.get().outcome == "not_in_audience"
    assert not Exposure.objects.exists() and not Delivery.objects.exists()


def test_fill__paused__then_nothing(people: list[Person], workspace: Workspace) -> None:
    campaign = home(workspace)
    fill("home", people[0].pk, workspace, NOW)
    pause(campaign)
    assert fill("home", people[0].pk, workspace, NOW).message is None


def test_fill__somebody_the_personas_do_not_know_yet__then_nothing(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    late = person("late")
    assert fill("home", late.pk, workspace, NOW) == Slot("home", None, "", None)
    publish()
    assert fill("home", late.pk, workspace, NOW).message is not None


def test_fill__the_ad_is_gone__then_nothing_shown(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    Ad.objects.update(active=False)
    assert fill("home", people[0].pk, workspace, NOW).message is None


def test_fill__the_ad_is_gone__then_refused_and_not_delivered(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    Ad.objects.update(active=False)
    fill("home", people[0].pk, workspace, NOW)
    row = Delivery.objects.get()
    assert (row.state, row.reason) == (State.REFUSED, "no_such_ad")


def test_fill__in_quiet_hours__then_nobody_is_counted_as_held_out(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    fill("home", people[0].pk, workspace, NOW.replace(hour=23))
    assert not Exposure.objects.filter(arm=0).exists()
    assert not Delivery.objects.filter(state=State.WITHHELD).exists()


def test_fill__refused_and_asked_again__then_what_is_shown_is_what_the_ledger_says(
    people: list[Person], workspace: Workspace
) -> None:
    home(workspace)
    Ad.objects.update(active=False)
    fill("home", people[0].pk, workspace, NOW)
    Ad.objects.update(active=True)
    shown = fill("home", people[0].pk, workspace, NOW + timedelta(hours=1)).message
    assert (shown is not None) == (Delivery.objects.get().state == State.DELIVERED)
