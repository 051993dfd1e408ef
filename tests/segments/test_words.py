"""Why somebody is inside, and what a segment says, in both languages."""

from __future__ import annotations

import re

import pytest

from marketing.conditions.groups import leaves
from marketing.personas.shipped import SHIPPED as TRAITS
from segments import queries, shipped
from segments.models import Segment
from segments.services import refresh
from tests.segments.crowd import NOW, crowd, inside, more_than, segment

pytestmark = pytest.mark.django_db


def test_why__when_a_leaf_fails__then_it_is_named_with_the_value_seen() -> None:
    segment("buyers", more_than(0))
    rich = segment("rich", inside("buyers"), more_than(100, "spent"), more_than(1, "visits"),
                   name_zh="高消费")  # fmt: skip
    personas = crowd({"orders": [1, 2], "spent": [500, 99.5], "visits": [7, None]})
    refresh(personas, NOW)
    answers = queries.why(rich, personas, 2, "en")
    assert [(each.sentence, each.holds, each.seen) for each in answers] == [
        ("is in segment “Buyers”", True, True),
        ("spent is more than 100", False, 99.5),
        ("visits is more than 1", False, None),
    ]  # fmt: skip
    assert all(each.holds for each in queries.why(rich, personas, 1, "zh"))
    assert [each.sentence for each in queries.why(rich, personas, 1, "zh")] == [
        "属于分群“Buyers”", "spent大于100", "visits大于1",
    ]  # fmt: skip


def test_why__when_the_person_came_after_the_version__then_everything_is_missing() -> None:
    personas = crowd({"orders": [1]})
    (answer,) = queries.why(segment("buyers", more_than(0)), personas, 77, "en")
    assert (answer.holds, answer.seen) == (False, None)


def test_why__when_a_part_is_negated__then_each_leaf_is_said_with_its_not() -> None:
    personas = crowd({"orders": [1]})
    (answer,) = queries.why(segment("new", {"not": more_than(0)}), personas, 1, "en")
    assert (answer.sentence, answer.holds, answer.seen) == (
        "not (orders is more than 0)", False, 1.0,
    )  # fmt: skip
    neither = segment("neither", {"not": {"any": [more_than(0), {"not": more_than(5)}]}})
    assert [(each.sentence, each.holds) for each in queries.why(neither, personas, 1, "zh")] == [
        ("并非（orders大于0）", False), ("orders大于5", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "en", "zh"),
    [
        ("new", "Days since first activity is less than 28", "距首次活跃天数小于28"),
        ("course_collectors", "Different courses is at least 3", "课程数至少为3"),
        ("once_and_gone", "rfm r is at most 2 and Purchases is 1", "rfm r至多为2，且购买次数等于1"),
        (
            "active",
            "not (Days since first activity is less than 28) and Activity in the last 28 days is at"
            " least 1 and Activity 29 to 84 days ago is at least 1",
            "并非（距首次活跃天数小于28），且近28天活跃次数至少为1，且29至84天前活跃次数至少为1",
        ),
    ],
)
def test_sentence__when_a_shipped_segment_is_said__then_it_reads_in_both_languages(
    key: str, en: str, zh: str
) -> None:
    shipped.install()
    found = Segment.objects.get(key=key)
    assert (queries.sentence(found, "en"), queries.sentence(found, "zh")) == (en, zh)


def test_shipped_segments__when_installed__then_each_is_valid_and_said_in_both_languages() -> None:
    shipped.install()
    label = queries.labeller()
    for each in Segment.objects.all():
        each.full_clean()
        en, zh = (queries.sentence(each, language, label) for language in ("en", "zh"))
        assert en and zh and not re.search(r"[{}]|None", en + zh)
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert re.search(r"[\u4e00-\u9fff]", each.label.zh)
        assert each.description


def test_shipped_segments__when_installed_again__then_edited_ones_stay() -> None:
    shipped.install()
    Segment.objects.filter(key="new").update(name="Fresh")
    before = Segment.objects.count()
    shipped.install()
    assert Segment.objects.count() == before == len(shipped.SHIPPED)
    assert Segment.objects.get(key="new").name == "Fresh"


def test_shipped_segments__when_they_read_traits__then_these_are_shipped_too() -> None:
    shipped.install()
    read = {leaf.ref() for each in Segment.objects.all() for leaf in leaves(each.node)}
    assert {ref.name for ref in read if ref.kind == "trait"} <= set(TRAITS)
    assert {ref.name for ref in read if ref.kind == "score"} <= {"rfm_r", "rfm_f", "rfm_m"}
