"""docs/conditions.md: every example parses and reads as printed; missing values are as told."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import pytest

from marketing.conditions.criteria import Label
from marketing.conditions.parse import parse, to_json
from marketing.conditions.types import Ref
from marketing.events.standard import LABELS, PROPERTY_LABELS
from marketing.kernel.text import Language, Text
from marketing.personas.shipped import SHIPPED
from recommender.predictors import PREDICTORS
from segments.shipped import SHIPPED as SEGMENTS
from tests.conditions.worlds import person, table
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "conditions.md").read_text()
_EXAMPLE = re.compile(r"```json\n([^`]*)```\n\n> (.*?) *\n> (.*)\n")
_ROW = re.compile(r"^\| `(\{.*\})` \| (true|false) \| (true|false) \|$", re.MULTILINE)


class Example(NamedTuple):
    """A condition as JSON text and what it reads as."""

    text: str
    en: str
    zh: str


EXAMPLES = [Example(*found) for found in _EXAMPLE.findall(PAGE)]
ROWS: list[tuple[str, str, str]] = _ROW.findall(PAGE)


def labeller() -> Label:
    """The studio's names, without its database: what the product ships under."""
    known: dict[Ref, Text] = {Ref("trait", name): each.label for name, each in SHIPPED.items()}
    known |= {Ref("segment", key): Text(en, zh) for key, en, zh, *_rest in SEGMENTS}
    known |= {Ref("score", name): PREDICTORS.get(name).label for name in PREDICTORS}
    known |= {Ref("event", name): said for name, said in LABELS.items()}
    known |= {Ref("property", name): said for name, said in PROPERTY_LABELS.items()}
    known |= {
        Ref("attribute", "region"): Text("Region", "地区"),
        Ref("attribute", "education"): Text("Education", "学历"),
        Ref("reachable", "push"): Text("push", "推送"),
    }

    def label(ref: Ref, language: Language) -> str:
        return known[ref].say(language)

    return label


def test_examples__when_looked_for__then_every_json_block_has_its_two_sentences() -> None:
    assert len(EXAMPLES) == PAGE.count("```json") >= 6


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.en[:40])
def test_example__when_parsed__then_it_reads_as_printed(example: Example) -> None:
    node = parse(json.loads(example.text))
    assert parse(to_json(node)) == node
    label = labeller()
    assert (node.describe("en", label), node.describe("zh", label)) == (example.en, example.zh)


@pytest.mark.django_db
def test_labels__when_the_studio_says_them__then_they_are_those_of_the_examples() -> None:
    from marketing.personas.labels import labeller as of_the_studio

    studio, here = of_the_studio(), labeller()
    for ref in (Ref("attribute", "region"), Ref("attribute", "education"),
                Ref("reachable", "push"), Ref("trait", "spent_cents"),
                Ref("event", "Order Completed"), Ref("property", "price_cents")):  # fmt: skip
        for language in ("en", "zh"):
            assert studio(ref, language) == here(ref, language)


@pytest.mark.parametrize(("text", "known", "missing"), ROWS)
def test_missing_value__when_compared__then_it_is_as_the_table_says(
    text: str, known: str, missing: str
) -> None:
    node = parse({"version": 1, "condition": json.loads(text)})
    bought = Ref("trait", "bought")
    answers = [node.evaluate(table({bought: person(value)})) for value in (3, None)]
    assert answers == [known == "true", missing == "true"]


def test_missing_values__when_looked_for__then_the_table_is_there() -> None:
    assert len(ROWS) >= 9
