"""The laws of how criteria and operators are offered in the rule builder."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from marketing.conditions.criteria import CRITERIA
from marketing.conditions.offer import Offer
from marketing.conditions.operators import OPERATORS
from marketing.conditions.parse import VERSION, parse
from marketing.kernel.text import Text
from marketing.studio.rules.choices import LISTS
from marketing.studio.rules.offering import criteria
from marketing.studio.rules.types import OfferedField

every_criterion = pytest.mark.parametrize("name", list(CRITERIA))
INPUTS = {"property", "function", "text", "number", "flag", "option", "window", "filters", "items"}
# An operand that every operator of a kind of value can be given.
SAMPLES: dict[str, Any] = {"number": 1, "text": "a", "flag": True}
OPERANDS: dict[str, Callable[[Any], Any]] = {
    "scalar": lambda value: value, "number": lambda value: value, "text": lambda value: value,
    "list": lambda value: [value], "pair": lambda value: [value, value],
    "nothing": lambda value: None,
}  # fmt: skip


def offer(name: str) -> Offer:
    found = CRITERIA.get(name).offer
    assert found is not None, "say in a ClassVar `offer` how the rule builder offers it"
    return found


def fields(name: str) -> tuple[OfferedField, ...]:
    return next(each for each in criteria("en") if each.type == name).fields


def in_both(text: Text) -> bool:
    return bool(text.en) and bool(re.search(r"[\u4e00-\u9fff]", text.zh))


@every_criterion
def test_offer__when_read__then_its_words_are_in_both_languages(name: str) -> None:
    made = offer(name)
    said = [made.title, made.family.title, *(made.verbs or ())]
    said += [ask.label for ask in made.asks.values() if ask.label]
    assert all(in_both(text) for text in said)
    unsaid = [field.name for field in fields(name) if field.label and field.name not in made.asks]
    assert unsaid == [], "an input that stands under its field's bare name"


@every_criterion
def test_offer__when_it_asks__then_for_fields_that_there_are_and_from_lists_that_there_are(
    name: str,
) -> None:
    kinds = {field.name: field.kind for field in fields(name)}
    kinds |= {f"{f.name}.{inner.name}": inner.kind for f in fields(name) for inner in f.fields}
    assert set(offer(name).asks) <= set(kinds)
    assert set(kinds.values()) <= INPUTS | set(LISTS)


@every_criterion
def test_offer__when_a_fresh_leaf_is_filled_in__then_it_parses(name: str) -> None:
    member, made = CRITERIA.get(name), offer(name)
    required = {field.name: _filled(field) for field in fields(name) if field.required}
    value = SAMPLES[made.compares or "text"]
    ops = [o for o in OPERATORS if (made.compares or "text") in OPERATORS.get(o).on]
    for op in ops:
        operand = OPERANDS[OPERATORS.get(op).takes](value)
        leaf = {**required, **made.start, "op": op, "value": operand, "type": name}
        node = parse({"version": VERSION, "condition": leaf})
        assert isinstance(node, member)
    started = {**required, **made.start}
    if "op" in made.start and "value" in made.start:
        assert msgspec.convert(started, member).op == made.start["op"]


def _filled(field: OfferedField) -> Any:
    if field.kind == "option":
        return field.options[0]
    return {"number": 1, "flag": True, "window": {}, "filters": [], "items": []}.get(
        field.kind, "a"
    )


@pytest.mark.parametrize("name", [o for o in OPERATORS if OPERATORS.get(o).times])
def test_operator__when_it_counts__then_it_says_so_in_both_languages_and_compares_numbers(
    name: str,
) -> None:
    operator = OPERATORS.get(name)
    assert operator.times and in_both(operator.times)
    assert "number" in operator.on
