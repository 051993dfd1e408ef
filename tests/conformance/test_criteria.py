"""The laws of every criterion, with any values of its fields."""

from __future__ import annotations

import json
import re
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.criteria import CRITERIA, Criterion
from marketing.conditions.operators import OPERATORS
from marketing.conditions.parse import parse, to_json
from marketing.conditions.types import Filter, Ref, Step, Then, TraitSpec
from marketing.kernel.text import Language
from marketing.kernel.windows import Window
from tests.conditions.worlds import OPERANDS, SCALARS, VALUES, person, population, table

every_member = pytest.mark.parametrize("name", list(CRITERIA))
laws = settings(max_examples=40, deadline=None)
WORDS = st.sampled_from(["age", "Order Completed", "城市", "push", "a:b|c", "%s"])
WINDOWS = (
    st.just(Window())
    | st.builds(lambda days, skip: Window(days=days, skip_days=skip),
                st.integers(1, 400), st.integers(0, 90))
    | st.builds(lambda hours: Window(hours=hours), st.integers(1, 72))
)  # fmt: skip
FILTERS = st.builds(
    lambda name, op, value: Filter(property=name, op=op, value=value),
    WORDS, st.sampled_from(["eq", "not_eq", "gte", "lte", "gt", "lt"]), SCALARS,
)  # fmt: skip
# A strategy by a field's type; hypothesis finds one for types that are not listed.
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    str | None: st.none() | WORDS,
    str | tuple[str, ...]: WORDS | st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    tuple[Filter, ...]: st.lists(FILTERS, max_size=2).map(tuple),
    Window: WINDOWS,
    Then: st.builds(
        lambda events, where, hours, negate: Then(
            step=Step(events=tuple(events), where=tuple(where)), within_hours=hours, negate=negate
        ),
        st.lists(WORDS, min_size=1, max_size=2), st.lists(FILTERS, max_size=1),
        st.integers(1, 400), st.booleans(),
    ),
}  # fmt: skip


@st.composite
def criteria(draw: st.DrawFn, name: str) -> Criterion:
    member = CRITERIA.get(name)
    hints = get_type_hints(member)
    op = draw(st.sampled_from(list(OPERATORS)))
    fields = {
        field: draw(BY_TYPE.get(hints[field], st.from_type(hints[field])))
        for field in member.__struct_fields__
        if field not in ("op", "value")
    }
    return member(op=op, value=draw(OPERANDS[OPERATORS.get(op).takes]), **fields)


def label(ref: Ref, language: Language) -> str:
    return "名" if language == "zh" else "name"


@every_member
@laws
@given(data=st.data())
def test_criterion__when_written_as_json__then_it_parses_to_the_same(
    name: str, data: st.DataObject
) -> None:
    leaf = data.draw(criteria(name))
    assert parse(to_json(leaf)) == leaf
    assert parse(json.loads(json.dumps(to_json(leaf)))) == leaf


@every_member
@laws
@given(data=st.data())
def test_criterion__when_evaluated__then_it_reads_what_it_declares_and_is_total(
    name: str, data: st.DataObject
) -> None:
    leaf = data.draw(criteria(name))
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    values = data.draw(st.lists(VALUES[kind], max_size=5))
    everybody = table({leaf.ref(): population(kind, values)})
    together = np.asarray(leaf.evaluate(everybody))
    assert set(everybody.asked) == {leaf.ref()}
    assert together.tolist() == [
        leaf.evaluate(table({leaf.ref(): person(value)})) for value in values
    ]


@every_member
@laws
@given(data=st.data())
def test_criterion__when_it_needs_a_trait__then_the_trait_s_column_is_what_it_reads(
    name: str, data: st.DataObject
) -> None:
    leaf = data.draw(criteria(name))
    specs = leaf.traits()
    assert all(isinstance(spec, TraitSpec) for spec in specs)
    if specs and leaf.ref().kind == "trait":
        assert leaf.ref() == Ref("trait", specs[0].key())


@every_member
@laws
@given(data=st.data())
def test_criterion__when_described__then_it_speaks_both_languages(
    name: str, data: st.DataObject
) -> None:
    leaf = data.draw(criteria(name))
    en, zh = leaf.describe("en", label), leaf.describe("zh", label)
    assert en and en != zh
    assert not re.search(r"[{}]|None", en + zh)
    assert re.search(r"[\u4e00-\u9fff]", zh)
