"""A stored run: once an occasion, with what it saw, and to be decided again bit for bit."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from campaigns.deciding import decide_for, keep_run
from campaigns.engine.decide import decide
from campaigns.engine.types import Decisions, Rule
from campaigns.guards import GUARDS
from campaigns.launching import launch, run_due
from campaigns.models import Campaign, Decision, DecisionRun, Delivery
from campaigns.queries import decision_reasons
from marketing.conditions.parse import parse
from marketing.conditions.types import Column, Ref
from marketing.people.models import Consent, Person
from marketing.people.queries import bucketing_ids, reachability
from marketing.personas import queries, store
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, coupons, decided, draft, person, points_at_least, publish
from tests.campaigns.table import Table


@pytest.fixture
def people(workspace: Workspace) -> list[Person]:
    """Twenty people with 0 to 19 points; every third agrees to nothing."""
    found = [person(f"p{i}", () if i % 3 == 0 else ("push", "inbox")) for i in range(20)]
    publish({each.pk: float(i) for i, each in enumerate(found)})
    return found


def rule_of(run: DecisionRun) -> Rule:
    """The rule out of nothing but its stored document."""
    said = run.rule.document
    guards = [dict(each) for each in said["guards"]]
    return Rule(
        key=said["key"],
        version=said["version"],
        audience=parse(said["audience"]),
        guards=tuple(msgspec.convert(g, GUARDS.get(g.pop("type"))) for g in guards),
        weights=tuple(said["weights"]),
        variants=tuple(said["variants"]),
    )


def again(run: DecisionRun, workspace: Workspace) -> Decisions:
    """Decided from the run's own rule and the stored personas of its version."""
    columns = store.read(queries.folder(run.personas_version))
    ordinals = np.flatnonzero(columns[Ref("person", "exists")].present).astype(np.int64)
    size = len(run.codes)
    consent, address = reachability("push", size)
    table = Table({
        Ref("trait", "points"): columns[Ref("trait", "points")].take(ordinals),
        Ref("reachable", "push"): Column((consent & address)[ordinals], ordinals >= 0),
        Ref("context", "recent_messages"): Column(np.zeros(len(ordinals)), ordinals >= 0),
    })  # fmt: skip
    ids = bucketing_ids()
    names = [ids[int(each)] for each in ordinals]
    return decide(rule_of(run), table, ordinals, names, run.decided_at, workspace.zone)


def test_run__decided_again_from_what_it_kept__then_the_same_codes(
    people: list[Person], workspace: Workspace
) -> None:
    audience = points_at_least(5)
    campaign = draft(audience=audience, holdout_percent=30)
    decided(campaign, workspace)
    run = DecisionRun.objects.get()
    # What changes afterwards is not in the stored version or rule.
    publish({each.pk: 0.0 for each in people})
    Campaign.objects.filter(pk=campaign.pk).update(holdout_percent=0, audience=points_at_least(0))
    found = again(run, workspace)
    np.testing.assert_array_equal(run.codes[found.ordinals], found.codes)
    assert run.counts == found.counts()
    assert run.reasons == list(found.reasons)


def test_run__any__then_a_reason_for_everybody_and_a_row_for_every_yes(
    people: list[Person], workspace: Workspace
) -> None:
    decided(draft(audience=points_at_least(5), holdout_percent=30), workspace)
    run = DecisionRun.objects.get()
    reasons = {each.pk: run.reason_for(each.pk) for each in people}
    expected = {}
    for i, each in enumerate(people):
        if i < 5:
            expected[each.pk] = "not_in_audience"
        elif i % 3 == 0:
            expected[each.pk] = "consent"
    assert {pk: reasons[pk] for pk in expected} == expected
    asked = {pk: said for pk, said in reasons.items() if pk not in expected}
    assert set(asked.values()) == {"yes", "withheld"}
    assert dict(Decision.objects.values_list("person_id", "outcome")) == asked
    assert dict(Delivery.objects.values_list("person_id", "arm")) == {
        pk: int(said == "yes") for pk, said in asked.items()
    }
    assert run.reason_for(len(run.codes)) is None


def test_keep_run__twice__then_is_once(people: list[Person], workspace: Workspace) -> None:
    campaign = draft()
    launch(campaign, workspace, NOW)
    answer = decide_for(campaign, workspace, NOW)
    first = keep_run(campaign, answer, "schedule:once")
    rows = (Decision.objects.count(), Delivery.objects.count())
    assert keep_run(campaign, decide_for(campaign, workspace, NOW), "schedule:once") == first
    assert (Decision.objects.count(), Delivery.objects.count()) == rows
    assert DecisionRun.objects.count() == 1


def test_keep_run__nobody_says_yes__then_the_noes_are_kept(
    people: list[Person], workspace: Workspace
) -> None:
    campaign = draft(audience=points_at_least(1_000))
    assert decided(campaign, workspace) == []
    assert DecisionRun.objects.get().counts["not_in_audience"] == len(people)


def test_decision__kept__then_holds_what_the_rule_read(
    people: list[Person], workspace: Workspace
) -> None:
    decided(draft(variants=coupons(), audience=points_at_least(5), cooldown_days=3), workspace)
    decision = Decision.objects.get(person=people[7])
    assert decision.inputs == {
        "trait:points": 7.0,
        "reachable:inbox": True,
        "context:days_since_campaign": None,
        "context:recent_messages": 0.0,
    }


def test_decision__people_and_rule_change_later__then_the_reasons_stay(
    people: list[Person], workspace: Workspace
) -> None:
    campaign = draft(audience=points_at_least(5))
    decided(campaign, workspace)
    Campaign.objects.filter(pk=campaign.pk).update(audience=points_at_least(100))
    publish({each.pk: 0.0 for each in people})
    decision = Decision.objects.get(person=people[7])
    (leaf,) = decision_reasons(decision, "en")
    assert (leaf.holds, leaf.seen) == (True, 7.0)
    assert "5" in leaf.sentence


def test_decide_for__some__then_as_for_everybody(
    people: list[Person], workspace: Workspace
) -> None:
    campaign = draft(audience=points_at_least(5), holdout_percent=30)
    launch(campaign, workspace, NOW)
    whole = decide_for(campaign, workspace, NOW).decisions
    for each in people:
        alone = decide_for(campaign, workspace, NOW, [each.pk]).decisions
        row = whole.ordinals.tolist().index(each.pk)
        assert (alone.codes[0], alone.arms[0]) == (whole.codes[row], whole.arms[row])


def test_decide_for__somebody_unknown_to_the_personas__then_no_answer_for_them(
    people: list[Person], workspace: Workspace
) -> None:
    late = person("late")
    campaign = draft()
    launch(campaign, workspace, NOW)
    assert len(decide_for(campaign, workspace, NOW, [late.pk]).decisions.ordinals) == 0


def test_rule__asks_for_two_channels__then_both_consents_are_needed(
    workspace: Workspace,
) -> None:
    both, only = person("both"), person("only", ("push",))
    publish()
    campaign = draft(variants={"plain": ("send_message", {}), **coupons()})
    assert {each.person_id for each in decided(campaign, workspace)} == {both.pk}
    assert DecisionRun.objects.get().reason_for(only.pk) == "consent"
    assert Consent.objects.filter(person=only).count() == 1


def test_run__in_quiet_hours__then_everybody_is_told_in_the_morning(
    people: list[Person], workspace: Workspace
) -> None:
    night = NOW.replace(hour=23)
    waiting = decided(draft(), workspace, night)
    assert len(waiting) == sum(i % 3 != 0 for i in range(20))


def test_run__nothing_is_due__then_nothing_runs(workspace: Workspace) -> None:
    assert run_due(workspace, NOW) == []
