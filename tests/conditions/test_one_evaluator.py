"""Batch and real time cannot disagree: a population, one person and plain Python say the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.explain import explain
from marketing.conditions.groups import All, AnyOf, Node, Not, leaves
from marketing.conditions.parse import MAX_DEPTH, parse, to_json
from marketing.conditions.types import Ref, Scalar
from tests.conditions.worlds import (
    KINDS,
    PERSONAS,
    REFS,
    Dealt,
    conditions,
    holds,
    person,
    population,
    table,
)

laws = settings(max_examples=300, deadline=None)


def name_of(ref: Ref, language: str) -> str:
    return ref.name


@laws
@given(conditions(MAX_DEPTH), st.lists(PERSONAS, max_size=5))
def test_condition__when_evaluated__then_population_person_and_reference_agree(
    condition: dict[str, object], people: list[tuple[Scalar, ...]]
) -> None:
    node = parse({"version": 1, "condition": condition})
    columns = {
        ref: population(kind, [each[i] for each in people])
        for i, (ref, kind) in enumerate(zip(REFS, KINDS, strict=True))
    }
    together = np.broadcast_to(np.asarray(node.evaluate(table(columns)), bool), (len(people),))
    alone = [node.evaluate(table(dict(zip(REFS, map(person, each), strict=True))))
             for each in people]  # fmt: skip
    assert all(isinstance(answer, bool) for answer in alone)
    assert together.tolist() == alone == [holds(condition, each) for each in people]


@pytest.mark.parametrize("seed", range(10))
def test_condition__when_a_thousand_are_dealt__then_all_three_agree_on_all_of_them(
    seed: int,
) -> None:
    dealt = Dealt(seed)
    people = [dealt.person() for _ in range(12)]
    everybody = table({
        ref: population(kind, [each[i] for each in people])
        for i, (ref, kind) in enumerate(zip(REFS, KINDS, strict=True))
    })  # fmt: skip
    one_by_one = [table(dict(zip(REFS, map(person, each), strict=True))) for each in people]
    for _ in range(1_000):
        condition = dealt.condition(MAX_DEPTH)
        node = parse({"version": 2, "condition": condition})
        together = np.broadcast_to(np.asarray(node.evaluate(everybody), bool), (len(people),))
        alone = [node.evaluate(columns) for columns in one_by_one]
        assert together.tolist() == alone == [holds(condition, each) for each in people], condition


@laws
@given(conditions(MAX_DEPTH))
def test_condition__when_written_as_json__then_it_parses_to_the_same(
    condition: dict[str, object],
) -> None:
    node = parse({"version": 1, "condition": condition})
    assert parse(to_json(node)) == node


@settings(max_examples=100, deadline=None)
@given(conditions(3), PERSONAS)
def test_explanation__when_given__then_the_verdicts_make_the_answer_and_show_the_values_seen(
    condition: dict[str, object], values: tuple[Scalar, ...]
) -> None:
    node = parse({"version": 1, "condition": condition})
    columns = table(dict(zip(REFS, map(person, values), strict=True)))
    answers = explain(node, columns, "en", name_of)
    found = list(leaves(node))
    assert len(answers) == len(found)
    for answer, leaf in zip(answers, found, strict=True):
        value = values[REFS.index(leaf.ref())]
        assert repr(answer.seen) == repr(value)  # NaN is seen as NaN
        is_said_with_not = answer.sentence == f"not ({leaf.describe('en', name_of)})"
        assert is_said_with_not or answer.sentence == leaf.describe("en", name_of)
        assert answer.holds == (leaf.evaluate(columns) != is_said_with_not)
    assert together(node, iter([answer.holds for answer in answers])) == node.evaluate(columns)


def together(node: Node, verdicts: Iterator[bool], *, under_not: bool = False) -> bool:
    """What the leaves' verdicts come to: below a ``not``, all is any and any is all."""
    if isinstance(node, Not):
        return together(node.part, verdicts, under_not=not under_not)
    if isinstance(node, All | AnyOf):
        parts = [together(part, verdicts, under_not=under_not) for part in node.parts]
        return all(parts) if isinstance(node, All) != under_not else any(parts)
    return next(verdicts)
