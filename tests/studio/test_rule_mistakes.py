"""Mistakes in a draft: all at once, each at its place, in the operator's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.studio.rule_stage import CITY, Document, document, event, fill, of
from tests.studio.words import CHINESE, LATIN

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

URL = "/admin/segments/segment/preview/"
ORDERS: Document = {"type": "trait", "name": "bought", "op": "gte", "value": 1}


@pytest.fixture
def root(workspace: Workspace, send: Callable[..., Any], client: Client) -> Client:
    from django.contrib.auth.models import User

    fill(workspace, send)
    user = User.objects.create_superuser("root", password="long, for the suite")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def problems(client: Client, condition: Any, key: str | None = None) -> list[dict[str, str]]:
    answer = client.post(URL, {"condition": condition, "key": key}, "application/json").json()
    assert answer["people"] is None
    found: list[dict[str, str]] = answer["problems"]
    return found


def inside(key: str) -> Document:
    return {"type": "segment", "name": key}


def nested(depth: int, leaf: Document) -> Document:
    for _level in range(depth):
        leaf = {"all": [leaf]}
    return leaf


def followed(events: list[str], hours: int) -> Document:
    return {"type": "sequence", "event": "Product Added", "op": "gte", "value": 1,
            "then": {"step": {"events": events}, "within_hours": hours}}  # fmt: skip


# A leaf with one mistake, the place of it below the leaf, its level, a word of its message.
WRONG: list[tuple[Document, str, str, str]] = [
    ({"type": "score", "name": "churn", "op": "gte"}, "/value", "incomplete", "number"),
    ({"type": "score", "name": "churn", "op": "gte", "value": "much"}, "/value", "error", "number"),
    ({"type": "trait", "name": "bought", "op": "between", "value": [1, None]}, "/value/1",
     "incomplete", "two numbers"),
    ({"type": "attribute", "name": "city", "op": "one_of", "value": []}, "/value", "incomplete",
     "at least one"),
    ({"type": "attribute", "name": "city", "op": "contains"}, "/value", "incomplete", "text"),
    ({"type": "attribute", "name": "city", "op": "is_known", "value": 1}, "/value", "error",
     "no value"),
    ({"type": "attribute", "op": "is_known"}, "/name", "incomplete", "still to be"),
    ({"type": "attribute", "name": "", "op": "is_known"}, "/name", "incomplete", "still to be"),
    ({"type": "event", "op": "gte", "value": 1}, "/event", "incomplete", "still to be"),
    ({"type": "event", "event": ["a", ""], "op": "gte", "value": 1}, "/event", "incomplete",
     "still to be"),
    ({"type": "score", "name": "churn", "op": "gtee", "value": 1}, "/op", "error", "“gtee”"),
    ({"type": "of tomorrow", "op": "gte", "value": 1}, "/type", "error", "“of tomorrow”"),
    ({"type": "score", "name": "churn", "op": "gte", "value": 1, "more": 1}, "", "error", "read"),
    (event("Order Completed", 0), "/window", "error", "window"),
    (event("Order Completed", 9, function="sum"), "/property", "error", "property"),
    (event("Order Completed", 9, function="sums", property="x"), "/function", "error", "way"),
    (event("Order Completed", 9, function="sum", property='a"b'), "/property", "error", "quotes"),
    (event("Order Completed", 9, where=[{"property": "x", "op": "like", "value": 1}]), "/where",
     "error", "filter"),
    (event("Order Completed", 9, where=[{"property": "x", "op": "eq"}]), "/where/0/value",
     "incomplete", "still to be"),
    (inside("churned"), "/name", "error", "“churned”"),
    ({"type": "score", "name": "chrun", "op": "gte", "value": 1}, "", "error", "“chrun”"),
    ({"type": "attribute", "name": "town", "op": "is_known"}, "", "error", "“town”"),
    ({"type": "attribute", "name": "city", "op": "date_before", "value": "soon"}, "/value", "error",
     "a date"),
    ({"type": "attribute", "name": "city", "op": "date_in_last_days", "value": 0}, "/value",
     "error", "of days"),
    ({"type": "attribute", "name": "city", "op": "version_lt"}, "/value", "incomplete", "version"),
    (event("Order Completed", 9, where=[{"property": "x", "op": "one_of", "value": []}]),
     "/where/0/value", "incomplete", "still to be"),
    (event("Order Completed", 9, where=[{"property": "x", "op": "contains", "value": 1}]),
     "/where", "error", "filter"),
    (event("Order Completed", 9, function="ratio"), "/against", "error", "more than an event"),
    (followed([], 48), "/then/step/events", "incomplete", "still to be"),
    ({**followed([], 48), "then": {"step": {}, "within_hours": 48}}, "/then/step/events",
     "incomplete", "still to be"),
    (followed(["a"], 0), "/then/within_hours", "error", "time"),
    ({**followed(["a"], 48), "then": {"step": {"events": ["b"], "where": [
        {"property": "x", "op": "like", "value": 1}]}, "within_hours": 48}},
     "/then/step/where", "error", "filter"),
    ({"type": "since_entered", "name": "churned", "op": "lte", "value": 1}, "/name", "error",
     "“churned”"),
    (nested(5, ORDERS), "/all/0/all/0/all/0/all/0/all/0", "error", "5 deep"),
]  # fmt: skip


@pytest.mark.parametrize(("leaf", "below", "level", "word"), WRONG)
def test_mistake__alone__is_told_at_its_place(
    root: Client, leaf: Document, below: str, level: str, word: str
) -> None:
    (problem,) = problems(root, document(CITY, leaf))
    assert (problem["pointer"], problem["level"]) == (f"/condition/all/1{below}", level)
    assert word in problem["message"]


def test_mistakes__together__are_all_told_at_once(root: Client) -> None:
    leaves = [leaf for leaf, *_more in WRONG[:-1]]
    found = problems(root, document(*leaves))
    assert [each["pointer"].split("/")[3] for each in sorted(found, key=_place)] == [
        str(i) for i in range(len(leaves))
    ]


def _place(problem: dict[str, str]) -> int:
    return int(problem["pointer"].split("/")[3])


def test_mistakes__in_chinese__are_all_chinese(root: Client) -> None:
    root.cookies["django_language"] = "zh-hans"
    for leaf, *_more in WRONG:
        for problem in problems(root, document(leaf)):
            said = problem["message"] + problem["fix"]
            assert CHINESE.search(said), said
            assert not LATIN.findall(said.replace("of tomorrow", "")), said


def test_name__that_is_nearly_one__is_told_the_nearest(root: Client) -> None:
    score = {"type": "score", "name": "chrun", "op": "gte", "value": 1}
    assert problems(root, document(score))[0]["fix"] == "Did you mean “churn”?"


def test_segments__that_refer_in_a_circle__are_told_at_the_leaf_that_closes_it(
    root: Client,
) -> None:
    from segments.models import Segment

    Segment.objects.create(key="a", name="Ay", condition=document(CITY))
    Segment.objects.create(key="b", name="Bee", condition=document(inside("a")))
    Segment.objects.create(key="c", name="Sea", condition=document({"not": inside("b")}))
    (problem,) = problems(root, document(CITY, {"any": [inside("c")]}), key="a")
    assert problem["pointer"] == "/condition/all/1/any/0"
    assert problem["message"].endswith("Ay → Sea → Bee → Ay.")
    (itself,) = problems(root, document(inside("a")), key="a")
    assert itself["message"].endswith("Ay → Ay.")


def test_segments__that_refer_to_each_other_in_very_many_ways__are_walked_once(
    root: Client,
) -> None:
    from segments.models import Segment

    rows = [Segment(key=f"s{i}-{j}", name="S", condition=document(
                *([inside(f"s{i - 1}-0"), inside(f"s{i - 1}-1")] if i else [CITY])))
            for i in range(40) for j in (0, 1)]  # fmt: skip
    Segment.objects.bulk_create(rows)  # 2^40 ways from the top to the ground
    answer = root.post(URL, {"condition": document(inside("s39-0"))}, "application/json").json()
    assert answer["problems"] == [] and answer["people"] == 6


def test_segment__that_is_not_refreshed__is_as_good_as_none(root: Client) -> None:
    from segments.models import Segment

    Segment.objects.create(key="old", name="Old", condition=document(), active=False)
    (problem,) = problems(root, document(inside("old")))
    assert problem["pointer"] == "/condition/all/0/name"


def test_document__that_is_none__is_told_at_the_root(root: Client) -> None:
    assert [each["pointer"] for each in problems(root, {})] == ["/"]
    assert [each["pointer"] for each in problems(root, {"version": 99, "condition": {}})] == [
        "/version"
    ]
    assert problems(root, of({"all": {}}))[0]["pointer"] == "/condition/all"
