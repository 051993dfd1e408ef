"""The laws of every kind of surprise: it says what it found, and the usual is none."""

from __future__ import annotations

import re
from datetime import date

import pytest

from marketing.events.seen import Seen
from marketing.events.surprises import SURPRISES, Came, Chunk, Day, SurpriseKind, sentence

every_kind = pytest.mark.parametrize("name", list(SURPRISES))
NOTHING = Chunk(Seen({}, {}), {}, 0)


@every_kind
def test_kind__when_it_says_its_example__then_both_languages_have_all_of_it(name: str) -> None:
    kind, found = SURPRISES.get(name), SURPRISES.get(name).example
    fields = {key for text in kind.says for key in re.findall(r"{(\w+)}", text)}
    assert fields <= {"event", "property", *found.what}
    for language in ("en", "zh"):
        said = sentence(name, found.event, found.property, found.what, language)
        assert "{" not in said and said != sentence("?", found.event, found.property, {}, "en")
        for value in (found.event, found.property):
            assert value in said
    assert kind.label.zh and kind.label.en


@every_kind
def test_kind__when_a_stored_one_lacks_values__then_it_is_still_said(name: str) -> None:
    assert sentence(name, "A", "b", {}, "zh")


@every_kind
def test_kind__when_nothing_came__then_it_finds_nothing(name: str) -> None:
    kind: type[SurpriseKind] = SURPRISES.get(name)
    assert list(kind.in_chunk(NOTHING)) == []
    assert list(kind.on_day(Day(date(2024, 6, 12), {}, []))) == []


@every_kind
def test_kind__when_every_week_is_the_same__then_a_day_is_no_surprise(name: str) -> None:
    for n in (0, 1, 5, 1_000):
        day = Day(date(2024, 6, 12), {"A": [n] * 9}, [Came(n, n // 3)] * 28)
        assert list(SURPRISES.get(name).on_day(day)) == []
