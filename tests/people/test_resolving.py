"""Names on messages to ordinals: linking, merging, redirects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.kernel.errors import NotFound
from marketing.people import queries
from marketing.people.models import Identity, Person
from marketing.people.services import resolve
from marketing.people.types import Names
from tests.undone import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 1, tzinfo=UTC)
USERS = st.sampled_from(["user:a", "user:b", "user:c"])
VISITORS = st.sampled_from(["anon:a", "anon:x", "anon:y", "anon:z"])
NAMES = (
    st.builds(Names, USERS, st.none())
    | st.builds(Names, st.none(), VISITORS)
    | st.builds(Names, USERS, VISITORS)
)
BATCHES = st.lists(st.lists(NAMES, min_size=1, max_size=4), max_size=6)


def known(user: str) -> int:
    return queries.by_external_id(user).pk


def resolved(*names: Names) -> list[int]:
    return resolve(names, NOW)


def groups(names: Iterable[Names]) -> set[frozenset[str]]:
    """Which keys are one person, message by message: the rule in sets and nothing else."""
    found: list[set[str]] = []

    def of(key: str) -> set[str]:
        for group in found:
            if key in group:
                return group
        found.append({key})
        return found[-1]

    for each in names:
        if each.user is None or each.anonymous is None:
            of(each.keys[0])
            continue
        is_new_visitor = not any(each.anonymous in group for group in found)
        device = of(each.anonymous)
        if each.user in device:
            continue
        if is_new_visitor or any(key.startswith("user:") for key in device):
            device.discard(each.anonymous)
            of(each.user).add(each.anonymous)
        else:
            user = of(each.user)
            found.remove(user)
            device |= user
        found = [group for group in found if group]
    return {frozenset(group) for group in found}


def stored() -> set[frozenset[str]]:
    people: dict[int, set[str]] = {}
    for key, person in Identity.objects.values_list("key", "person_id"):
        people.setdefault(person, set()).add(key)
    return {frozenset(keys) for keys in people.values()}


def state() -> list[tuple[int, str, int | None]]:
    return list(Person.objects.order_by("id").values_list("id", "key", "merged_into_id"))


def replayed(batches: Sequence[Sequence[Names]]) -> list[int]:
    return [ordinal for batch in batches for ordinal in resolve(batch, NOW)]


@settings(max_examples=60, deadline=None)
@given(BATCHES)
def test_resolve__when_any_batches_come__then_people_are_the_groups_of_their_names(
    batches: list[list[Names]],
) -> None:
    with undone():
        answers = replayed(batches)
        names = [each for batch in batches for each in batch]
        assert stored() == groups(names)
        gone = queries.redirects()
        assert not set(gone) & set(gone.values())  # a redirect leads to somebody in one step
        person_of = dict(Identity.objects.values_list("key", "person_id"))
        assert not set(person_of.values()) & set(gone)
        assert all(kept < lost for lost, kept in gone.items())
        users = [each for each in zip(answers, names, strict=True) if each[1].user]
        assert all(gone.get(o, o) == person_of[str(each.user)] for o, each in users)
        before = state()
        replayed(batches)
        assert (state(), stored()) == (before, groups(names))


def test_resolve__when_anonymous_becomes_known__then_the_ordinal_and_the_key_stay() -> None:
    (first,) = resolved(Names(None, "anon:x"))
    assert resolved(Names("user:a", "anon:x"), Names("user:a", None)) == [first, first]
    assert Person.objects.get(pk=first).key == "anon:x"
    assert known("a") == first


def test_resolve__when_a_known_person_gets_a_second_name__then_it_is_theirs() -> None:
    (first,) = resolved(Names("user:a", None))
    assert resolved(Names("user:a", "anon:x"), Names(None, "anon:x")) == [first, first]


def test_resolve__when_both_names_were_people__then_the_younger_redirects_to_the_older() -> None:
    older, younger = resolved(Names(None, "anon:x")) + resolved(Names("user:a", None))
    assert older < younger
    assert resolved(Names("user:a", "anon:x")) == [older]
    assert queries.redirects() == {younger: older}
    assert known("a") == older
    assert (queries.count(), queries.highest_ordinal()) == (1, younger)
    assert queries.bucketing_ids() == {older: "a"}


def test_resolve__when_merges_chain__then_every_redirect_leads_to_the_oldest() -> None:
    first, second, third = (resolved(Names(None, f"anon:{name}"))[0] for name in "xyz")
    resolved(Names("user:c", "anon:z"), Names("user:c", "anon:y"))
    assert queries.redirects() == {third: second}
    resolved(Names("user:c", "anon:x"))
    assert queries.redirects() == {second: first, third: first}


def test_resolve__when_two_users_share_a_device__then_it_goes_with_the_last_of_them() -> None:
    ann = resolved(Names("user:ann", "anon:tablet"))[0]
    bob = resolved(Names("user:bob", "anon:tablet"))[0]
    assert ann != bob
    assert resolved(Names(None, "anon:tablet")) == [bob]
    assert resolved(Names("user:ann", "anon:tablet"), Names(None, "anon:tablet")) == [ann, ann]
    assert queries.redirects() == {}


def test_by_external_id__when_nobody_is_called_so__then_not_found() -> None:
    resolved(Names(None, "anon:a"))
    with pytest.raises(NotFound) as caught:
        queries.by_external_id("a")
    assert caught.value.code == "unknown_person"


def test_bucketing_ids__when_some_are_asked__then_only_theirs_come() -> None:
    first, second = resolved(Names("user:a", None), Names("user:b:c", None))
    assert queries.bucketing_ids() == {first: "a", second: "b:c"}
    assert queries.bucketing_ids([second]) == {second: "b:c"}


@settings(max_examples=40, deadline=None)
@given(batches=BATCHES, picked=st.sets(st.integers(1, 12)))
def test_redirects__when_some_people_are_asked_about__then_they_and_who_is_one_with_them(
    batches: Sequence[Sequence[Names]], picked: set[int]
) -> None:
    with undone():
        for batch in batches:
            resolve(list(batch), NOW)
        everybody = queries.redirects()
        ends = {everybody.get(person, person) for person in picked}
        wanted = {gone: kept for gone, kept in everybody.items() if kept in ends}
        assert queries.redirects(picked) == wanted


def test_bucketing_ids__of_more_people_than_a_query_may_name__then_all_are_found(
    ordinals_from_one: None,
) -> None:
    Person.objects.bulk_create(Person(key=f"user:p{i}", created_at=NOW) for i in range(2_500))
    wanted = {pk: key.partition(":")[2] for pk, key in Person.objects.values_list("id", "key")}
    assert queries.bucketing_ids([*wanted, *range(10**6, 10**6 + 60_000)]) == wanted
