"""A label by rule follows its segment, and segments follow labels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from marketing.conditions.types import Ref
from marketing.events.intake import Taken
from marketing.people import labels, touched
from marketing.people.models import Label, LabelGiven, Person, Touched
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.personas.services import fold, rebuild
from marketing.workspace.models import Workspace
from segments import labelling, queries, services
from segments.models import LabelRule, Segment
from tests.messages import identify, track
from tests.segments.crowd import NOW, crowd, inside, more_than, segment

pytestmark = pytest.mark.django_db
Source = LabelGiven.Source


def people(n: int) -> list[int]:
    rows = [Person.objects.create(key=f"user:p{i}", created_at=NOW) for i in range(n)]
    return [row.pk for row in rows]


def refreshed(*orders: int) -> None:
    services.refresh(crowd({"orders": orders}), NOW)
    labelling.follow(NOW)


def rule(segment_key: str = "buyers", value: str = "", key: str = "vip", **more: Any) -> LabelRule:
    made = Segment.objects.filter(key=segment_key).first()
    label, _created = Label.objects.get_or_create(key=key, defaults={"name": key})
    return LabelRule.objects.create(
        label=label, value=value, segment=made or segment(segment_key, more_than(0)), **more
    )


def carrying(value: str = "") -> dict[int, str]:
    """Ordinal to who gave it."""
    rows = LabelGiven.objects.filter(value=value).order_by("person_id")
    return dict(rows.values_list("person_id", "given_by"))


def test_rule__when_people_enter_and_leave__then_they_get_and_lose_the_label(
    ordinals_from_one: None,
) -> None:
    people(3)
    rule(value="gold")
    refreshed(1, 0, 2)
    assert carrying("gold") == {1: "buyers", 3: "buyers"}
    assert {row.source for row in LabelGiven.objects.all()} == {Source.RULE}
    refreshed(1, 4, 0)
    assert carrying("gold") == {1: "buyers", 2: "buyers"}


def test_rule__when_versions_were_skipped__then_it_catches_up(ordinals_from_one: None) -> None:
    people(3)
    rule()
    refreshed(1, 0, 0)
    for orders in ([1, 1, 0], [0, 1, 1], [0, 0, 1]):
        services.refresh(crowd({"orders": orders}), NOW)
    labelling.follow(NOW)
    assert carrying() == {3: "buyers"}


def test_rule__when_the_label_was_given_by_hand__then_leaving_the_segment_leaves_it(
    ordinals_from_one: None,
) -> None:
    people(2)
    made = rule()
    labels.give(made.label, [1], NOW, source=Source.MANUAL, given_by="ann")
    refreshed(1, 1)
    refreshed(0, 0)
    assert carrying() == {1: "ann"}


def test_rule__when_two_rules_give_the_same__then_it_goes_with_the_last_of_them(
    ordinals_from_one: None,
) -> None:
    people(1)
    segment("big", more_than(5))
    rule("buyers")
    rule("big")
    refreshed(9)
    assert carrying() == {1: "buyers"}
    LabelRule.objects.filter(segment__key="buyers").update(active=False)
    labelling.follow(NOW)
    assert carrying() == {1: "big"}
    refreshed(0)
    assert carrying() == {}


@pytest.mark.parametrize("how", ["switched off", "leaving", "segment switched off"])
def test_rule__when_it_ends__then_it_takes_back_what_it_gave(
    how: str, ordinals_from_one: None
) -> None:
    people(2)
    made = rule()
    labels.give(made.label, [2], NOW, source=Source.MANUAL, given_by="ann")
    refreshed(1, 1)
    made.active, made.is_leaving = how != "switched off", how == "leaving"
    made.save(update_fields=["active", "is_leaving"])
    if how == "segment switched off":
        Segment.objects.update(active=False)
    labelling.follow(NOW)
    assert carrying() == {2: "ann"}
    assert LabelRule.objects.exists() == (how != "leaving")
    if how == "switched off":
        LabelRule.objects.update(active=True)
        labelling.follow(NOW)
        assert carrying() == {1: "buyers", 2: "ann"}


def test_rule__when_the_first_application_is_interrupted__then_it_goes_on_where_it_was(
    ordinals_from_one: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelling, "_CHUNK", 2)
    monkeypatch.setattr(labelling, "_STEPS", 1)
    people(5)
    made = rule()
    refreshed(1, 1, 1, 1, 1)
    assert list(carrying()) == [1, 2]
    made.refresh_from_db()
    assert made.reached == 2
    assert not Touched.objects.exists()  # everybody once it is done, not some at a time
    refreshed(0, 1, 1, 1, 0)  # 1 and 5 left meanwhile
    labelling.follow(NOW)
    labelling.follow(NOW)
    assert list(carrying()) == [2, 3, 4]
    assert touched.waiting().ordinals is None


def test_rule__when_its_segment_reads_its_label__then_it_is_not_followed_and_says_so(
    ordinals_from_one: None,
) -> None:
    people(1)
    label = Label.objects.create(key="vip", name="vip")
    segment("not-yet", {"not": {"type": "label", "name": "vip"}})
    segment("outer", inside("not-yet"))
    LabelRule.objects.create(label=label, segment=Segment.objects.get(key="outer"))
    labelling.follow(NOW)
    assert LabelRule.objects.get().problem == labelling.CIRCLE
    segment("plain", more_than(0))
    LabelRule.objects.update(segment=Segment.objects.get(key="plain"))
    labelling.follow(NOW)
    assert LabelRule.objects.get().problem == ""


def test_rule__when_nothing_moved__then_one_query(
    django_assert_num_queries: DjangoAssertNumQueries, ordinals_from_one: None
) -> None:
    people(3)
    rule()
    rule("others", "x")
    refreshed(1, 1, 0)
    with django_assert_num_queries(1):
        assert labelling.follow(NOW) == 0


def test_rule__when_a_person_is_erased_or_merged__then_no_label_is_given_to_them(
    ordinals_from_one: None,
) -> None:
    people(3)
    Person.objects.filter(pk=1).update(erased_at=NOW)
    Person.objects.filter(pk=2).update(merged_into=3)
    rule()
    refreshed(1, 1, 1)
    assert list(carrying()) == [3]


@pytest.fixture
def known(workspace: Workspace, send: Callable[..., Taken]) -> list[int]:
    """Ann, Bob and Cem, whose personas are there; the segment of the labelled was evaluated."""
    names = ("ann", "bob", "cem")
    for name in names:
        send(track(name, "Course Viewed", NOW), identify(name, NOW, inbox_consent=True))
    rebuild(workspace, NOW)
    Label.objects.create(key="vip", name="vip")
    segment("labelled", {"type": "label", "name": "vip", "op": "has_any", "value": ["gold"]})
    services.follow(NOW)
    return [by_external_id(name).pk for name in names]


def test_follow__when_a_label_is_given_by_hand__then_the_segment_follows_without_an_event(
    known: list[int],
) -> None:
    label = Label.objects.get()
    labels.give(label, [known[0]], NOW, source=Source.MANUAL, given_by="ann", value="gold")
    assert services.follow(NOW) == 1
    assert list(queries.newest_versions()["labelled"].members) == [known[0]]
    assert services.follow(NOW) == 0
    assert not Touched.objects.exists()
    labels.take(label, [known[0]], source=Source.MANUAL, value="gold")
    assert services.follow(NOW) == 1
    assert not queries.newest_versions()["labelled"].members


def test_follow__when_somebody_without_a_persona_is_labelled__then_it_goes_on(
    known: list[int],
) -> None:
    fresh = Person.objects.create(key="user:new", created_at=NOW)
    labels.give(Label.objects.get(), [fresh.pk, known[1]], NOW, source=Source.MANUAL, given_by="a",
                value="gold")  # fmt: skip
    assert services.follow(NOW) == 1


def test_follow__when_very_many_changed__then_everybody_is_evaluated_from_one_row(
    known: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touched, "_MANY", 1)
    labels.give(Label.objects.get(), known, NOW, source=Source.MANUAL, given_by="a", value="gold")
    assert Touched.objects.count() == 1
    assert services.follow(NOW) == 3


def test_follow__when_folded_and_labelled_at_once__then_both_count(
    known: list[int], workspace: Workspace, send: Callable[..., Taken]
) -> None:
    segment("ordered", {"type": "attribute", "name": "city", "op": "eq", "value": "Oslo"})
    send(identify("bob", NOW + timedelta(seconds=1), city="Oslo"))
    services.follow(NOW)
    fold(workspace, NOW)
    labels.give(Label.objects.get(), [known[2]], NOW, source=Source.MANUAL, given_by="a",
                value="gold")  # fmt: skip
    services.follow(NOW)
    newest = queries.newest_versions()
    members = {key: list(version.members) for key, version in newest.items()}
    assert members == {"labelled": [known[2]], "ordered": [known[1]]}


def test_rows__of_a_few_people__then_the_same_as_everybodys_and_only_theirs_are_read(
    known: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    label = Label.objects.get()
    labels.give(label, known[:2], NOW, source=Source.MANUAL, given_by="a", value="gold")
    some = np.array(known[1:], dtype=np.int64)
    for ref in (Ref("label", "vip"), Ref("consent", "inbox"), Ref("reachable", "inbox"),
                Ref("subscription", "state")):  # fmt: skip
        whole = personas_queries.current().column(ref).take(some)
        few = personas_queries.current().some(some).column(ref)
        each = [personas_queries.current().one(o).column(ref) for o in known[1:]]
        assert [few.at(i) for i in range(2)] == [whole.at(i) for i in range(2)] == each
    rows = personas_queries.current().some(some)
    with django_assert_num_queries(1):
        rows.column(Ref("consent", "inbox"))
        rows.column(Ref("consent", "inbox"))
