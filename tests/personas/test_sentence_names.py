"""Labels and contents are called by their names, and only what is named is read."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from marketing.catalog.models import Content
from marketing.conditions.parse import parse
from marketing.people.models import Label
from marketing.personas.labels import labeller

pytestmark = pytest.mark.django_db
CONDITION = {
    "version": 1,
    "condition": {
        "all": [
            {"type": "label", "name": "vip", "op": "is_known"},
            {"type": "content_progress", "content": "c-1", "op": "gte", "value": 0.5},
            {"type": "content_stalled", "content": "c-1", "op": "gte", "value": 7},
            {"type": "consent", "channel": "push"},
        ]
    },
}


def test_sentence__of_labels_and_contents__then_names_in_both_languages_and_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Label.objects.create(key="vip", name="Very important", name_zh="重要客户")
    Content.objects.create(external_id="c-1", title="线性代数")
    Content.objects.create(external_id="c-2", title="其他")
    node, label = parse(CONDITION), labeller()
    with django_assert_num_queries(2):
        chinese, english = node.describe("zh", label), node.describe("en", label)
    for words in ("有标签“重要客户”", "“线性代数”的学习进度", "同意接收推送"):
        assert words in chinese
    for words in ("“Very important”", "days stalled in “线性代数”"):
        assert words in english
    assert "c-1" not in chinese + english


def test_sentence__of_what_nobody_knows__then_the_key_stands() -> None:
    label = labeller()
    assert "“vip”" in parse(CONDITION).describe("zh", label)
    assert "“c-1”" in parse(CONDITION).describe("en", label)
