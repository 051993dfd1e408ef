"""The laws of every operator."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.operators import OPERATORS, Operator
from marketing.conditions.types import Scalar
from marketing.kernel.dates import day_of
from tests.conditions.worlds import OPERANDS, VALUES, person, population

every_member = pytest.mark.parametrize("name", list(OPERATORS))
every_kind = pytest.mark.parametrize("kind", sorted(VALUES))
laws = settings(max_examples=25, deadline=None)


def members(name: str) -> type[Operator]:
    return OPERATORS.get(name)


@every_member
@every_kind
@laws
@given(data=st.data())
def test_operator__when_a_population_is_compared__then_each_answer_is_the_person_s_own(
    name: str, kind: str, data: st.DataObject
) -> None:
    member = members(name)
    values: list[Scalar] = data.draw(st.lists(VALUES[kind], max_size=8))
    operand = data.draw(OPERANDS[member.takes])
    together = member.compare(population(kind, values), operand)
    assert isinstance(together, np.ndarray)
    assert together.dtype == np.bool_
    alone = [member.compare(person(value), operand) for value in values]
    assert all(isinstance(answer, bool) for answer in alone)
    assert together.tolist() == alone


@every_member
@laws
@given(data=st.data())
def test_operator__when_a_value_is_missing__then_the_answer_is_false(
    name: str, data: st.DataObject
) -> None:
    member = members(name)
    operand = data.draw(OPERANDS[member.takes])
    assert member.compare(person(None), operand) is False
    for kind in VALUES:
        together = np.asarray(member.compare(population(kind, [None, None]), operand))
        assert together.tolist() == [False, False]


@every_member
@every_kind
@laws
@given(data=st.data())
def test_operator__when_the_value_is_of_a_kind_it_does_not_compare__then_the_answer_is_false(
    name: str, kind: str, data: st.DataObject
) -> None:
    member = members(name)
    if kind in member.on:
        return
    values = data.draw(st.lists(VALUES[kind], max_size=4))
    operand = data.draw(OPERANDS[member.takes])
    assert not np.asarray(member.compare(population(kind, values), operand)).any()


@every_member
def test_operator__when_it_declares_itself__then_in_known_words(name: str) -> None:
    member = members(name)
    assert member.takes in OPERANDS
    assert member.on
    assert member.on <= set(VALUES)
    en, zh = member.phrase.say("en", value="7"), member.phrase.say("zh", value="7")
    assert en and not re.search(r"[{}]", en + zh)
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert ("7" in en) == ("7" in zh) == (member.takes != "nothing")


@pytest.mark.parametrize(
    ("born", "holds"),
    [("1990-03-01", True), ("2024-02-29", True), ("2025-03-01", True), ("2026-03-01", False),
     ("2030-03-01", False), ("1990-04-01", False)],
)  # fmt: skip
def test_anniversary__of_a_day_that_is_still_to_come__then_none(born: str, holds: bool) -> None:
    today = day_of("2026-02-25")
    assert today is not None
    operator = OPERATORS.get("anniversary_in_next_days")
    assert operator.test(born, operator.bound(7, today)) is holds
