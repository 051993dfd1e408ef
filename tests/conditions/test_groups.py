"""How leaves combine, and how the whole is said."""

from __future__ import annotations

from typing import Any

import pytest

from marketing.conditions.parse import parse
from marketing.conditions.types import Ref
from marketing.kernel.text import Language
from tests.conditions.worlds import person, population, table

AGE = Ref("attribute", "age")


def is_over(age: int) -> dict[str, Any]:
    return {"type": "attribute", "name": "age", "op": "gt", "value": age}


def condition(part: object) -> Any:
    return parse({"version": 1, "condition": part})


def said(part: object, language: Language = "en") -> str:
    text: str = condition(part).describe(language, lambda ref, lang: ref.name)
    return text


@pytest.mark.parametrize(
    ("op", "value"),
    [("gt", 1), ("gte", 1), ("lt", 1), ("lte", 1), ("eq", 1), ("not_eq", 1), ("between", [0, 9]),
     ("one_of", [1]), ("contains", "1"), ("is_known", None)],
)  # fmt: skip
def test_comparison__when_the_value_is_missing__then_it_is_false_and_its_negation_true(
    op: str, value: object
) -> None:
    leaf = condition({"type": "attribute", "name": "age", "op": op, "value": value})
    negated = condition({"not": {"type": "attribute", "name": "age", "op": op, "value": value}})
    for column in (person(None), population("number", [None]), population("text", [None])):
        assert not leaf.evaluate(table({AGE: column}))
        assert negated.evaluate(table({AGE: column}))


@pytest.mark.parametrize(
    ("part", "everybody"), [({"all": []}, True), ({"any": []}, False), ({"not": {"any": []}}, True)]
)
def test_empty_group__when_evaluated__then_all_is_everybody_and_any_is_nobody(
    part: object, everybody: bool
) -> None:
    assert condition(part).evaluate(table({})) is everybody


@pytest.mark.parametrize(
    ("part", "en", "zh"),
    [
        (is_over(3), "age is more than 3", "age大于3"),
        ({"all": [is_over(1), is_over(2)]}, "age is more than 1 and age is more than 2",
         "age大于1，且age大于2"),
        ({"any": [is_over(1), {"all": [is_over(2), is_over(3)]}]},
         "age is more than 1 or (age is more than 2 and age is more than 3)",
         "age大于1，或（age大于2，且age大于3）"),
        ({"not": {"any": [is_over(1), is_over(2)]}},
         "not (age is more than 1 or age is more than 2)", "并非（age大于1，或age大于2）"),
        ({"all": []}, "everybody", "所有人"),
        ({"any": []}, "nobody", "无人"),
    ],
)  # fmt: skip
def test_sentence__when_groups_nest__then_brackets_say_how(part: object, en: str, zh: str) -> None:
    assert (said(part), said(part, "zh")) == (en, zh)
