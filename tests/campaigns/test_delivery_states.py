"""The one table of legal transitions, walked; and the receipt of each of the four answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.actions import Refused
from campaigns.channels import Answer, Receipt, TryLater, Unknown
from campaigns.delivering import MAX_ATTEMPTS, deliver_due, finish, record
from campaigns.models import Delivery, State
from campaigns.models.delivery import LEGAL
from marketing.experiments.models import Experiment, Exposure
from marketing.kernel.errors import Conflict
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, claim, crowd, decided, draft

FINAL = [state for state in State if not LEGAL[state]]


@pytest.fixture
def row(workspace: Workspace) -> Delivery:
    """Claimed."""
    crowd(1)
    decided(draft(), workspace)
    return claim(NOW)[0]


def test_table__every_state__then_stands_in_it_and_leads_only_to_states() -> None:
    assert set(LEGAL) == set(State)
    assert all(target in State for targets in LEGAL.values() for target in targets)


def test_table__every_state__then_can_be_reached_and_left_towards_an_end() -> None:
    reached, waiting = {State.PENDING}, [State.PENDING]
    while waiting:
        for target in LEGAL[waiting.pop()] - reached:
            reached.add(target)
            waiting.append(target)
    assert reached == set(State)
    assert {State.DELIVERED, State.WITHHELD, State.HELD, State.REFUSED, State.UNKNOWN} <= set(FINAL)


@pytest.mark.parametrize("state", State)
def test_finish__any_target__then_only_what_the_table_allows(state: State, row: Delivery) -> None:
    if state in LEGAL[State.CLAIMED] and state != State.PENDING:
        finish(row, state, NOW, "why")
        row.refresh_from_db()
        assert (row.state, row.reason, row.finished_at) == (state, "why", NOW)
        assert row.claimed_until is None
    elif state not in LEGAL[State.CLAIMED]:
        with pytest.raises(Conflict):
            finish(row, state, NOW)


@pytest.mark.parametrize("state", [state for state in State if state != State.CLAIMED])
def test_finish__not_claimed__then_conflict_and_nothing_changes(
    state: State, row: Delivery
) -> None:
    Delivery.objects.update(state=state)
    with pytest.raises(Conflict):
        finish(row, State.DELIVERED, NOW)
    assert Delivery.objects.get().state == state


@pytest.mark.parametrize("state", FINAL)
def test_claim__finished__then_never_claimed_again(state: State, row: Delivery) -> None:
    Delivery.objects.update(state=state, claimed_until=None)
    assert claim(NOW + timedelta(days=400)) == []


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Receipt({"id": "7"}), State.DELIVERED, ""),
        (Refused("gone"), State.REFUSED, "gone"),
        (Unknown("no answer"), State.UNKNOWN, "no answer"),
        (TryLater(timedelta(minutes=7)), State.PENDING, "try_later"),
    ],
    ids=lambda each: str(getattr(each, "name", each)),
)
def test_record__each_answer__then_its_state(
    answer: Answer, state: State, reason: str, row: Delivery
) -> None:
    record(row, answer, NOW)
    row.refresh_from_db()
    assert (row.state, row.reason) == (state, reason)
    if isinstance(answer, Receipt):
        assert row.receipt == {"id": "7"}
    if isinstance(answer, TryLater):
        assert row.due_at == NOW + answer.after
        assert row.receipt == {}


def tried_often(row: Delivery) -> Delivery:
    """The channel said every time that nothing had happened."""
    moment = NOW
    for _ in range(MAX_ATTEMPTS):
        record(row, TryLater(), moment)
        moment += timedelta(hours=1)
        claim(moment)
        row.refresh_from_db()
    return row


def test_record__later_too_often__then_gives_up(row: Delivery) -> None:
    assert tried_often(row).state in FINAL
    assert row.attempts == MAX_ATTEMPTS


def test_record__later_too_often__then_says_honestly_that_nothing_left(row: Delivery) -> None:
    assert tried_often(row).state == State.REFUSED


def test_quiet_hours__several_nights__then_use_up_no_attempts(
    row: Delivery, workspace: Workspace
) -> None:
    Delivery.objects.update(state=State.PENDING, attempts=0)
    for day in range(MAX_ATTEMPTS):
        night = (NOW + timedelta(days=day)).replace(hour=23)
        Delivery.objects.update(due_at=night)
        deliver_due(workspace, night)
    assert Delivery.objects.get().attempts == 0


def test_delivery__same_occasion_twice__then_the_database_refuses(row: Delivery) -> None:
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_holdout__claimed__then_withheld_and_exposed_like_the_others(
    workspace: Workspace,
) -> None:
    crowd(20)
    campaign = draft(holdout_percent=50)
    arms = {each.person_id: each.arm for each in decided(campaign, workspace)}
    assert set(arms.values()) == {0, 1}
    deliver_due(workspace, NOW)
    experiment = Experiment.objects.get(key=campaign.key)
    exposed = Exposure.objects.filter(experiment=experiment, exposed_at=NOW)
    assert dict(exposed.values_list("person_id", "arm")) == arms
    expected = {pk: State.DELIVERED if arm else State.WITHHELD for pk, arm in arms.items()}
    assert dict(Delivery.objects.values_list("person_id", "state")) == expected
