"""What people said: the newest wins in any order, through merges, and consent follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.people.models import Consent, Person
from marketing.people.queries import reachability
from marketing.people.services import resolve, say
from marketing.people.types import Names
from tests.undone import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 1, tzinfo=UTC)
TRAITS = st.dictionaries(
    st.sampled_from(["city", "年龄", "plan"]),
    st.sampled_from(["上海", "Paris", 3, 4.5, True, False, None]),
    max_size=3,
)
SAID = st.lists(st.tuples(st.integers(0, 5), TRAITS), max_size=6)


def person(name: str = "a") -> int:
    return resolve([Names(f"user:{name}", None)], NOW)[0]


def attributes(ordinal: int) -> Mapping[str, object]:
    return Person.objects.get(pk=ordinal).attributes


def newest(said: list[tuple[int, dict[str, object]]]) -> dict[str, object]:
    """The reference: sort by moment (ties by text), then let each saying overwrite."""
    flat = [(at, str(value), name, value) for at, traits in said for name, value in traits.items()]
    return {name: value for _at, _text, name, value in sorted(flat, key=lambda each: each[:2])}


@settings(max_examples=40, deadline=None)
@given(SAID, st.randoms(use_true_random=False), st.integers(0, 6))
def test_say__when_said_in_any_order_and_batches__then_the_newest_wins(
    said: list[tuple[int, dict[str, object]]], random: object, cut: int
) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with undone():
        ordinal = person()
        for batch in (shuffled[:cut], shuffled[cut:], shuffled[:1]):
            say([(ordinal, at, traits) for at, traits in batch])
        assert attributes(ordinal) == newest(said)


@settings(max_examples=25, deadline=None)
@given(SAID, SAID)
def test_merge__when_both_had_said_things__then_the_newest_of_both_is_kept(
    first: list[tuple[int, dict[str, object]]], second: list[tuple[int, dict[str, object]]]
) -> None:
    with undone():
        older, younger = person("a"), resolve([Names(None, "anon:x")], NOW)[0]
        say([(older, at, traits) for at, traits in first])
        say([(younger, at, traits) for at, traits in second])
        resolve([Names("user:a", "anon:x")], NOW)
        assert attributes(older) == newest(first + second)


def test_say__when_several_people_speak__then_each_keeps_their_own() -> None:
    one, two = person("a"), person("b")
    say([(one, 1, {"city": "上海"}), (two, 2, {"city": "Paris"}), (one, 3, {"plan": "pro"})])
    assert attributes(one) == {"city": "上海", "plan": "pro"}
    assert attributes(two) == {"city": "Paris"}


@pytest.mark.parametrize(
    ("said", "granted", "reachable"),
    [
        ([(1, {"push_consent": True})], True, True),
        ([(1, {"push_consent": True, "reachable_push": False})], True, False),
        ([(1, {"push_consent": False})], False, True),
        ([(1, {"push_consent": True}), (2, {"push_consent": False})], False, True),
        ([(2, {"push_consent": True}), (1, {"push_consent": False})], True, True),
        ([(1, {"push_consent": True}), (2, {"reachable_push": False})], True, False),
        # Consent is only what is plainly said.
        ([(1, {"push_consent": "yes"})], False, True),
        ([(1, {"push_consent": 1})], False, True),
        ([(1, {"push_consent": None})], False, True),
    ],
)
def test_consent__when_said_by_identify__then_the_newest_word_counts(
    said: list[tuple[int, dict[str, object]]], granted: bool, reachable: bool
) -> None:
    ordinal = person()
    for at, traits in said:
        say([(ordinal, at, traits)])
    row = Consent.objects.get(person_id=ordinal, channel="push")
    assert (row.granted, row.reachable, row.source) == (granted, reachable, "identify")


def test_consent__when_nothing_was_said__then_nobody_is_reachable() -> None:
    ordinal = person()
    say([(ordinal, 1, {"reachable_push": True})])
    assert not Consent.objects.exists()
    consent, reachable = reachability("push", ordinal + 1)
    assert not consent.any() and not reachable.any()


def test_reachability__when_asked__then_consent_and_address_are_told_by_ordinal() -> None:
    one, two, three = person("a"), person("b"), person("c")
    say([(one, 1, {"push_consent": True}), (two, 1, {"push_consent": False}),
         (three, 1, {"push_consent": True, "reachable_push": False})])  # fmt: skip
    consent, reachable = reachability("push", three + 1)
    assert np.flatnonzero(consent).tolist() == [one, three]
    assert np.flatnonzero(reachable).tolist() == [one]
    assert not reachability("inbox", three + 1)[0].any()
    assert np.flatnonzero(reachability("push", three + 1, [three])[0]).tolist() == [three]
