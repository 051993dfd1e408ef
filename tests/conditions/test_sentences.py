"""What a leaf reads as: everything that decides is said, in both languages, as people say it."""

from __future__ import annotations

from typing import Any

import pytest

from marketing.conditions.parse import parse
from marketing.conditions.types import Ref
from marketing.kernel.text import Language
from marketing.personas.labels import labeller
from marketing.personas.traits import TRAITS

BOUGHT: dict[str, Any] = {"type": "event", "event": "Order Completed", "op": "gte", "value": 1}
DATED: dict[str, Any] = {"type": "attribute", "name": "birthday", "value": 1}
AGE: dict[str, Any] = {"type": "attribute", "name": "age"}


def said(leaf: object, language: Language) -> str:
    def label(ref: Ref, _language: Language) -> str:
        return ref.name

    return parse({"version": 2, "condition": leaf}).describe(language, label)


@pytest.mark.parametrize("function", list(TRAITS))
def test_event_leaf__of_any_function__then_no_identifier_stands_in_its_sentence(
    function: str, db: None
) -> None:
    needs = TRAITS.get(function).needs_property
    read = {"property": "price_cents"} if needs else {}
    node = parse({"version": 2, "condition": {**BOUGHT, "function": function, **read}})
    en, zh = (node.describe(language, labeller()) for language in ("en", "zh"))
    assert "“Order completed”" in en and "“完成订单”" in zh
    assert ("“Price, in cents”" in en, "“价格（分）”" in zh) == (needs, needs)
    assert not any(letter.isascii() and letter.isalpha() for letter in zh)
    assert "_" not in en


@pytest.mark.parametrize(
    ("leaf", "en", "zh"),
    [
        ({**BOUGHT, "window": {"days": 1}},
         "number of “Order Completed” in the last day is at least 1",
         "“Order Completed”的次数（近1天）至少为1"),
        ({**BOUGHT, "window": {"hours": 1}},
         "number of “Order Completed” in the last hour is at least 1",
         "“Order Completed”的次数（近1小时）至少为1"),
        ({**BOUGHT, "window": {"days": 6, "skip_days": 1}},
         "number of “Order Completed” in the 6 days before today is at least 1",
         "“Order Completed”的次数（今天之前的6天）至少为1"),
        ({**BOUGHT, "window": {"days": 1, "skip_days": 7}},
         "number of “Order Completed” on the day before the last 7 is at least 1",
         "“Order Completed”的次数（最近7天之前的1天）至少为1"),
        ({**BOUGHT, "where": [{"property": "a", "op": "gt", "value": 5},
                              {"property": "b", "op": "one_of", "value": ["x", "y"]}]},
         "number of “Order Completed” where “a” > 5 and “b” is one of “x”, “y” is at least 1",
         "“Order Completed”的次数（其中“a” > 5且“b”属于“x”、“y”）至少为1"),
        ({"type": "sequence", "event": "A", "then": {"step": {"events": ["B"]}, "within_hours": 1}},
         "times of “A” followed within 1 hour by “B” is at least 1",
         "“A”之后1小时内又“B”的次数至少为1"),
        ({"type": "sequence", "event": "A",
          "then": {"step": {"events": ["B"]}, "within_hours": 24, "negate": True}},
         "times of “A” not followed within 1 day by “B” is at least 1",
         "“A”之后1天内没有“B”的次数至少为1"),
        ({"type": "concept_affinity", "concept": "algebra", "window": {"days": 90}, "op": "gte",
          "value": 0.3},
         "affinity to “algebra” in the last 90 days is at least 0.3",
         "对“algebra”的偏好（近90天）至少为0.3"),
        ({**DATED, "op": "anniversary_in_next_days"},
         "birthday has its anniversary within the next day", "birthday的周年日在未来1天内"),
        ({**DATED, "op": "date_in_last_days"},
         "birthday is within the last day", "birthday在最近1天内"),
        ({**DATED, "op": "date_in_next_days"},
         "birthday is within the next day", "birthday在未来1天内"),
        ({**AGE, "op": "between", "value": [18, 25.5]},
         "age is between 18 and 25.5", "age介于18与25.5之间"),
        ({**AGE, "op": "gt", "value": 1234567.5}, "age is more than 1,234,567.5",
         "age大于1,234,567.5"),
        ({**AGE, "op": "gt", "value": 0.123456789}, "age is more than 0.123456789",
         "age大于0.123456789"),
    ],
)  # fmt: skip
def test_sentence__when_read__then_it_is_as_people_say_it(leaf: object, en: str, zh: str) -> None:
    assert (said(leaf, "en"), said(leaf, "zh")) == (en, zh)
