"""Learned labels follow what was learned: groups, lookalikes, and rules from examples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from marketing import pipeline
from marketing.kernel.text import Text
from marketing.people.models import Label, LabelGiven
from marketing.people.queries import by_external_id
from marketing.workspace.models import Workspace
from segments import labelling, services
from segments.discovery.accepting import Wanted, accept_groups, accept_lookalike, accept_rule
from segments.discovery.questions import Examples, Groups, Lookalike, Rule
from segments.models import LabelRule, Segment
from tests.messages import identify
from tests.segments.town import COLUMNS, EACH, NOW, fill, learned, members, ordinals, segment_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
Source = LabelGiven.Source
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def town(workspace: Workspace, send: Send) -> Workspace:
    fill(workspace, send)
    return workspace


def rule_of(segment: Segment) -> LabelRule:
    label, _made = Label.objects.get_or_create(key="kind", defaults={"name": "Kind"})
    return LabelRule.objects.create(label=label, value=segment.key, segment=segment)


def carrying(segment: Segment, source: Source = Source.LEARNED) -> set[int]:
    given = LabelGiven.objects.filter(value=segment.key, source=source, given_by=segment.key)
    return set(given.values_list("person_id", flat=True))


def grouped(town: Workspace) -> dict[str, Segment]:
    """Kind of people to the learned segment of just them."""
    row = learned(town, Groups(columns=COLUMNS, method="kmeans", k=3))
    found = accept_groups(row, [Wanted(n, Text(f"G{n}", f"群{n}")) for n in range(3)])
    services.follow(NOW)
    by_people = {frozenset(members(each.key)): each for each in found}
    return {kind: by_people[frozenset(ordinals(kind))] for kind in ("keen", "rich", "rare")}


def test_label__when_a_person_falls_into_another_group__then_it_follows_with_source_and_date(
    town: Workspace, send: Send
) -> None:
    found = grouped(town)
    for segment in found.values():
        rule_of(segment)
    labelling.follow(NOW)
    assert all(carrying(found[kind]) == ordinals(kind) for kind in found)
    ann = by_external_id("rare-0").pk
    send(identify("rare-0", LATER, visits=30, spent=100), now=LATER)
    pipeline.drain(town, LATER)
    labelling.follow(LATER)
    (given,) = LabelGiven.objects.filter(person_id=ann)
    said = (given.source, given.value, given.given_by, given.given_at)
    assert said == ("learned", found["keen"].key, found["keen"].key, LATER)


def test_label__when_it_is_learned_anew__then_it_follows_the_new_version(town: Workspace) -> None:
    segment = grouped(town)["keen"]
    rule_of(segment)
    labelling.follow(NOW)
    row = learned(town, Groups(columns=COLUMNS, method="kmeans", k=3))
    other = next(n for n in range(3) if n != segment.group)
    accept_groups(row, [Wanted(other, Text("Other", "其他"), instead_of=segment)])
    services.follow(LATER)
    labelling.follow(LATER)
    assert carrying(segment) == members(segment.key) != ordinals("keen")


def test_label__of_a_lookalike_and_of_a_rule_from_examples__then_both_are_learned(
    town: Workspace,
) -> None:
    segment_of("rich")
    services.follow(NOW)
    alike = accept_lookalike(
        learned(town, Lookalike(columns=COLUMNS, members="rich", size=EACH)), Text("Alike", "相似")
    )
    tree = accept_rule(
        learned(town, Rule(columns=COLUMNS, examples=Examples(segment="rich"))),
        Text("Spenders", "高消费"),
    )
    for segment in (alike, tree):
        rule_of(segment)
    services.follow(NOW)
    labelling.follow(NOW)
    assert carrying(tree) == ordinals("rich")
    assert carrying(alike) == members(alike.key)


def test_label__when_a_learned_rule_is_edited__then_it_still_takes_back_what_it_gave(
    town: Workspace,
) -> None:
    segment_of("rich")
    services.follow(NOW)
    question = Rule(columns=COLUMNS, examples=Examples(segment="rich"))
    tree = accept_rule(learned(town, question), Text("Spenders", "高消费"))
    rule = rule_of(tree)
    services.follow(NOW)
    labelling.follow(NOW)
    Segment.objects.filter(pk=tree.pk).update(condition=segment_of("keen").condition)
    services.follow(LATER)
    labelling.follow(LATER)
    assert carrying(tree) == ordinals("keen")
    assert LabelGiven.objects.count() == EACH
    LabelRule.objects.filter(pk=rule.pk).update(active=False)
    labelling.follow(LATER)
    assert not LabelGiven.objects.exists()


def test_migration__when_a_learned_rule_gave_labels_before__then_they_say_learned(
    town: Workspace,
) -> None:
    segment_of("rich")
    services.follow(NOW)
    question = Rule(columns=COLUMNS, examples=Examples(segment="rich"))
    tree, plain = accept_rule(learned(town, question), Text("S", "高")), segment_of("keen")
    for segment in (tree, plain):
        rule_of(segment)
    services.follow(NOW)
    labelling.follow(NOW)
    LabelGiven.objects.update(source=Source.RULE)
    import_module("segments.migrations.0006_labels_of_learned_rules").say_learned(apps, None)
    assert carrying(tree) == ordinals("rich")
    assert carrying(plain, Source.RULE) == ordinals("keen")
