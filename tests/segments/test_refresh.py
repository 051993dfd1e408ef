"""A refresh publishes who is inside, who entered and who left."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from pyroaring import BitMap
from pytest_django import DjangoAssertNumQueries

from marketing.conditions.types import Ref
from marketing.experiments.bucketing import buckets
from marketing.people.models import Person
from segments import queries
from segments.models import Segment, SegmentVersion
from segments.services import Refreshed, _evaluate, refresh
from tests.segments.crowd import NOW, crowd, inside, more_than, segment

pytestmark = pytest.mark.django_db


def members(key: str) -> list[int]:
    return list(queries.newest_versions()[key].members)


def test_refresh__when_people_move__then_members_entered_and_left_are_published() -> None:
    segment("buyers", more_than(0))
    first = refresh(crowd({"orders": [1, 0, None, 2]}), NOW)
    assert first == [Refreshed("buyers", 2, 2, 0)]
    second = refresh(crowd({"orders": [0, 3, None, 2]}), NOW + timedelta(hours=1))
    assert second == [Refreshed("buyers", 2, 1, 1)]
    newest = queries.newest_versions()["buyers"]
    assert (newest.members, newest.entered, newest.left) == (
        BitMap([2, 4]), BitMap([2]), BitMap([1]),
    )  # fmt: skip
    assert (newest.size, newest.n_entered, newest.n_left) == (2, 1, 1)


def test_refresh__when_nobody_moved__then_there_is_no_new_version_but_it_was_checked() -> None:
    segment("buyers", more_than(0))
    refresh(crowd({"orders": [1, 0]}), NOW)
    later = NOW + timedelta(hours=1)
    assert refresh(crowd({"orders": [9, -1]}), later) == [Refreshed("buyers", 1, 0, 0)]
    version = SegmentVersion.objects.get()
    assert (version.checked_at, version.n_entered) == (later, 1)


def test_members__of_a_version_upon_many_small_ones__are_found_by_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made, inside = segment("buyers", more_than(0)), set[int]()
    refresh(crowd({"orders": [0] * 9}), NOW)
    for step in range(30):
        person = 1 + step * 7 % 9
        inside ^= {person}
        orders = [int(i in inside) for i in range(1, 10)]
        _evaluate(crowd({"orders": orders}), np.array([person]), NOW)
    versions = list(SegmentVersion.objects.filter(segment=made))
    assert sum(version.members_blob is None for version in versions) == 30
    with django_assert_num_queries(1):
        assert set(versions[0].members) == inside
    assert set(versions[1].members) == inside ^ {person}


def test_refresh__when_nobody_is_inside__then_the_first_version_is_empty() -> None:
    segment("buyers", more_than(9))
    assert refresh(crowd({"orders": [1]}), NOW) == [Refreshed("buyers", 0, 0, 0)]
    assert members("buyers") == []


def test_refresh__when_everybody_is_meant__then_merged_people_and_ordinal_0_are_not() -> None:
    segment("everybody")
    refresh(crowd({"orders": [1, 2, 3]}, gone=2), NOW)
    assert members("everybody") == [1, 3]


def test_refresh__when_segments_nest__then_the_inner_counts_as_of_the_same_personas() -> None:
    segment("rich", inside("buyers"), more_than(100, "spent"))
    segment("buyers", more_than(0))
    segment("others", {"not": inside("buyers")})
    for orders in ([1, 1, 0], [0, 1, 1]):
        refresh(crowd({"orders": orders, "spent": [500, 50, 500]}), NOW)
        buyers = [i for i, n in enumerate(orders, start=1) if n]
        assert members("buyers") == buyers
        assert members("others") == [i for i in (1, 2, 3) if i not in buyers]
        assert members("rich") == [i for i in buyers if i != 2]


@pytest.mark.parametrize(
    ("refers", "path"),
    [({"a": "a"}, "a → a"), ({"a": "b", "b": "c", "c": "b"}, "b → c → b")],
)
def test_refresh__when_segments_refer_in_a_circle__then_its_path_is_named_and_others_go_on(
    refers: dict[str, str], path: str
) -> None:
    segment("plain", more_than(0))
    for key, other in refers.items():
        segment(key, inside(other))
    refreshed = refresh(crowd({"orders": [1]}), NOW)
    assert [each.key for each in refreshed] == ["plain"]
    problems = {s.key: s.problem for s in Segment.objects.all()}
    assert problems.pop("plain") == ""
    assert any(f"circle: {path}" in problem for problem in problems.values())
    assert all("circle" in problem for problem in problems.values())


def test_refresh__when_a_segment_is_unknown__then_it_says_so_until_it_is_mended() -> None:
    wrong = segment("a", inside("buyrs"))
    assert refresh(crowd({"orders": [1]}), NOW) == []
    wrong.refresh_from_db()
    assert "no segment 'buyrs'" in wrong.problem
    segment("buyrs", more_than(0))
    assert len(refresh(crowd({"orders": [1]}), NOW)) == 2
    wrong.refresh_from_db()
    assert wrong.problem == ""


def test_refresh__when_a_segment_is_switched_off__then_it_is_left_as_it_was() -> None:
    segment("buyers", more_than(0), active=False)
    assert refresh(crowd({"orders": [1]}), NOW) == []
    assert not SegmentVersion.objects.exists()


def test_random_share__when_evaluated__then_the_bucket_of_the_external_id_decides() -> None:
    people = [Person.objects.create(key=f"user:p{i}", created_at=NOW) for i in range(40)]
    last = max(person.pk for person in people)
    segment("share", {"type": "random_bucket", "seed": "spring", "op": "lt", "value": 0.3})
    refresh(crowd({"orders": [0] * last}), NOW)
    drawn = buckets("spring", [person.external_id for person in people])
    assert members("share") == [
        person.pk for person, bucket in zip(people, drawn, strict=True) if bucket < 0.3
    ]


@pytest.mark.parametrize(
    "condition", [{}, {"version": 1, "condition": {"al": []}}, {"version": 2, "condition": {}}]
)
def test_segment__when_its_condition_does_not_parse__then_it_cannot_be_saved(
    condition: object,
) -> None:
    with pytest.raises(ValidationError) as caught:
        Segment(key="a", name="A", condition=condition).full_clean()
    assert "condition" in caught.value.message_dict


@pytest.mark.parametrize(
    ("wrong", "place", "fix"),
    [
        ({"function": "cuont"}, "/condition/any/1/not/function", "Did you mean 'count'?"),
        ({"where": [{"property": "a", "op": "gtee", "value": 1}]}, "/condition/any/1/not/where",
         "Did you mean 'gte'?"),
    ],
)  # fmt: skip
def test_segment__when_a_leaf_s_trait_cannot_be_computed__then_the_leaf_is_named(
    wrong: dict[str, object], place: str, fix: str
) -> None:
    leaf = {"type": "event", "event": "A", "op": "gte", "value": 1}
    condition = {"any": [leaf, {"not": {**leaf, **wrong}}]}
    with pytest.raises(ValidationError) as caught:
        Segment(key="a", name="A", condition={"version": 2, "condition": condition}).full_clean()
    (said,) = caught.value.message_dict["condition"]
    assert place in said and fix in said


def test_memberships__when_a_person_is_asked__then_only_their_segments_come(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for limit in range(6):
        segment(f"over-{limit}", more_than(limit))
    refresh(crowd({"orders": [3, 0]}), NOW)
    with django_assert_num_queries(2):
        found = queries.memberships_of(1)
    assert [each.key for each in found] == ["over-0", "over-1", "over-2"]
    assert queries.memberships_of(2) == []


def test_with_segments__when_people_came_after_the_version__then_they_are_outside() -> None:
    segment("buyers", more_than(0))
    refresh(crowd({"orders": [1, 1]}), NOW)
    grown = queries.with_segments(crowd({"orders": [1, 1, 1]}))
    assert np.asarray(grown.column(Ref("segment", "buyers")).values).tolist() == [
        False, True, True, False,
    ]  # fmt: skip
    smaller = queries.with_segments(crowd({"orders": [1]}))
    assert np.asarray(smaller.column(Ref("segment", "buyers")).values).tolist() == [False, True]


def test_specs__when_segments_spell_out_events__then_their_traits_are_collected_once() -> None:
    leaf = {"type": "event", "event": "Order Completed", "op": "gt", "value": 1}
    week = {**leaf, "window": {"days": 7}}
    segment("a", leaf, week)
    segment("b", {"any": [leaf, more_than(1)]})
    segment("off", {**leaf, "event": "Never"}, active=False)
    names = {name.rpartition("|")[0] for name in queries.specs()}
    assert names == {"count|Order Completed|all", "count|Order Completed|7d"}
