"""The laws of how criteria and operators are offered in the rule builder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
from tests.conditions.worlds import LEAVES

every_criterion = pytest.mark.parametrize("name", list(CRITERIA))
INPUTS = {
    "property", "function", "text", "number", "flag", "option", "window", "filters", "items",
    "form",
}  # fmt: skip
# An operand that every operator of a kind of value can be given.
SAMPLES: dict[str, Any] = {"number": 1, "text": "a", "flag": True}
OPERANDS: dict[str, Callable[[Any], Any]] = {
    "scalar": lambda value: value, "number": lambda value: value, "text": lambda value: value,
    "list": lambda value: [value], "pair": lambda value: [value, value],
    "nothing": lambda value: None, "date": lambda value: "2026-01-31", "days": lambda value: 7,
    "version": lambda value: "3.10.2",
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
    said += made.operators.values()
    assert all(in_both(text) for text in said)
    unsaid = [field.name for field in fields(name) if field.label and field.name not in made.asks]
    assert unsaid == [], "an input that stands under its field's bare name"


@every_criterion
def test_offer__when_it_asks__then_for_fields_that_there_are_and_from_lists_that_there_are(
    name: str,
) -> None:
    kinds = dict(_kinds(fields(name)))
    assert set(offer(name).asks) <= set(kinds)
    assert set(kinds.values()) <= INPUTS | set(LISTS)


@every_criterion
def test_offer__when_a_fresh_leaf_is_filled_in__then_it_parses(name: str) -> None:
    member, made = CRITERIA.get(name), offer(name)
    required = {field.name: _filled(field) for field in fields(name) if field.required}
    value = SAMPLES[made.compares or "text"]
    fit = [o for o in OPERATORS if (made.compares or "text") in OPERATORS.get(o).on]
    ops = list(made.operators) or fit
    assert set(ops) <= set(fit), "words for an operator that cannot compare it"
    for op in ops:
        operand = OPERANDS[OPERATORS.get(op).takes](value)
        leaf = {**required, **made.start, "op": op, "value": operand, "type": name}
        node = parse({"version": VERSION, "condition": leaf})
        assert isinstance(node, member)
    started = {**required, **made.start}
    if "op" in made.start and "value" in made.start:
        assert msgspec.convert(started, member).op == made.start["op"]


def _kinds(found: tuple[OfferedField, ...], path: str = "") -> Iterator[tuple[str, str]]:
    """Every field's kind, those of forms and items included, by its place."""
    for field in found:
        yield path + field.name, field.kind
        yield from _kinds(field.fields, f"{path}{field.name}.")


def _filled(field: OfferedField) -> Any:
    if field.kind == "option":
        return field.options[0]
    if field.kind == "form":
        return {each.name: _filled(each) for each in field.fields if each.required}
    if not field.single and field.kind in LISTS:
        return ["a"]
    if field.name == "field":
        return "state"
    return {"number": 1, "flag": True, "window": {}, "filters": [], "items": []}.get(
        field.kind, "a"
    )


@pytest.mark.parametrize(("leaf", "kind"), LEAVES)
def test_leaf__that_the_language_knows__can_be_told_by_the_inputs_of_its_offer(
    leaf: dict[str, Any], kind: str
) -> None:
    """Every key of it has an input, and every operand that an operator takes parses with it."""
    name = leaf["type"]
    offered = dict(_kinds(fields(name)))
    for place in _places({key: value for key, value in leaf.items() if key != "type"}):
        inputs = {place[: i + 1] for i in range(len(place))}
        assert any(".".join(each) in offered for each in inputs), place
    made = offer(name)
    assert made.compares in (None, kind)
    fit = [o for o in OPERATORS if kind in OPERATORS.get(o).on]
    for op in list(made.operators) or fit:
        operand = OPERANDS[OPERATORS.get(op).takes](SAMPLES[kind])
        parse({"version": VERSION, "condition": {**leaf, "op": op, "value": operand}})


def _places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _places(each, (*path, key))
    else:
        yield path


def test_operands__that_operators_take__are_all_known_to_the_builder() -> None:
    from tests.conditions.worlds import OPERANDS as ALL

    assert set(OPERANDS) == set(ALL) == {OPERATORS.get(name).takes for name in OPERATORS}


@pytest.mark.parametrize("name", [o for o in OPERATORS if OPERATORS.get(o).times])
def test_operator__when_it_counts__then_it_says_so_in_both_languages_and_compares_numbers(
    name: str,
) -> None:
    operator = OPERATORS.get(name)
    assert operator.times and in_both(operator.times)
    assert "number" in operator.on
