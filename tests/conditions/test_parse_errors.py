"""A condition that is not understood names its place and the fix."""

from __future__ import annotations

import pytest

from marketing.conditions.parse import MAX_DEPTH, parse, to_json
from marketing.kernel.errors import Invalid

BOUGHT = {"type": "event", "event": "A", "op": "gt", "value": 1}
LEAF = {"type": "attribute", "name": "age", "op": "gt", "value": 3}


def error_of(document: object) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse(document)
    return caught.value


@pytest.mark.parametrize("document", [None, [], "all", 3, {}, {"version": 1}, {"all": []}])
def test_parse__when_it_is_no_condition__then_an_example_is_given(document: object) -> None:
    error = error_of(document)
    assert (error.code, error.pointer) == ("bad_condition", "/")
    assert '"condition": {"all": []}' in (error.fix or "")


@pytest.mark.parametrize("version", [0, 3, "1", None, True])
def test_parse__when_the_version_is_unknown__then_the_known_one_is_named(version: object) -> None:
    error = error_of({"version": version, "condition": LEAF})
    assert (error.pointer, error.fix) == ("/version", "Use 2.")


@pytest.mark.parametrize(
    ("part", "pointer", "fix"),
    [
        ({"all": [LEAF, {**LEAF, "type": "atribute"}]}, "/condition/all/1/type",
         "Did you mean 'attribute'?"),
        ({"not": {**LEAF, "op": "gtee"}}, "/condition/not/op", "Did you mean 'gte'?"),
        ({"any": [{**LEAF, "unit": "years"}]}, "/condition/any/0", "fields of 'attribute'"),
        ({"type": "attribute", "op": "is_known"}, "/condition", "fields of 'attribute'"),
        ({"name": "age"}, "/condition", "One of attribute, concept_affinity,"),
        ({"type": 3}, "/condition", "One of attribute, concept_affinity,"),
        ("age > 3", "/condition", '{"all": […]}'),
        ({"type": "attribute", "nam": "age", "op": "is_known"}, "/condition",
         "Did you mean 'name'?"),
        ({"al": [LEAF]}, "/condition", "Did you mean 'all'?"),
        ({"NOT": LEAF}, "/condition", "Did you mean 'not'?"),
        ({"type": "subscription", "field": "stat", "op": "is_known"}, "/condition",
         "Did you mean 'state'?"),
        ({**BOUGHT, "windwo": {"days": 3}}, "/condition", "Did you mean 'window'?"),
        ({**BOUGHT, "window": {"day": 3}}, "/condition", "Did you mean 'days'?"),
        ({**BOUGHT, "where": [{"propert": "a", "value": 3}]}, "/condition",
         "Did you mean 'property'?"),
        ({"type": "sequence", "event": "A",
          "then": {"step": {"event": ["B"]}, "within_hours": 1}}, "/condition",
         "Did you mean 'events'?"),
        ({**BOUGHT, "zzz": 1}, "/condition", "fields of 'event'"),
        ({"all": LEAF}, "/condition/all", '{"all": [ … ]}'),
        ({"all": [], "any": []}, "/condition", "Nest groups instead."),
        ({"not": LEAF, "op": "gt"}, "/condition", "Nest groups instead."),
        ({"not": [LEAF]}, "/condition/not", '{"all": […]}'),
        ({"type": "event", "event": "A", "op": "gt", "value": 1, "window": {"days": 0}},
         "/condition", "fields of 'event'"),
        ({"type": "event", "event": "A", "op": "gt", "value": 1, "window": {"days": 1, "hours": 1}},
         "/condition", "fields of 'event'"),
    ],
)  # fmt: skip
def test_parse__when_a_part_is_wrong__then_place_and_fix_are_named(
    part: object, pointer: str, fix: str
) -> None:
    error = error_of({"version": 1, "condition": part})
    assert (error.code, error.pointer) == ("bad_condition", pointer)
    assert fix in (error.fix or "")


@pytest.mark.parametrize(
    ("op", "value", "takes"),
    [
        ("gt", "3", "a number"), ("gt", True, "a number"), ("gt", None, "a number"),
        ("gt", [3], "a number"), ("contains", "", "a text"), ("contains", 3, "a text"),
        ("eq", None, "one value"), ("eq", [1], "one value"), ("one_of", [], "a list"),
        ("one_of", "a", "a list"), ("between", [1], "two numbers"),
        ("between", [1, 2, 3], "two numbers"),
        ("between", ["a", "b"], "two numbers"), ("between", [False, True], "two numbers"),
        ("is_known", 1, "no value"), ("date_before", "soon", "a date"),
        ("date_in_last_days", 0, "a whole number of days"), ("version_lt", "new", "a version"),
    ],
)  # fmt: skip
def test_parse__when_the_operand_is_not_the_operator_s__then_it_says_what_is(
    op: str, value: object, takes: str
) -> None:
    leaf = {"type": "attribute", "name": "age", "op": op, "value": value}
    error = error_of({"version": 1, "condition": {"any": [leaf]}})
    assert (error.code, error.pointer) == ("bad_operand", "/condition/any/0/value")
    assert (error.fix or "").startswith(f"Give {takes}")


def test_parse__when_groups_nest_too_deep__then_a_segment_is_suggested() -> None:
    part: object = LEAF
    for _ in range(MAX_DEPTH):
        part = {"not": part}
    parse({"version": 1, "condition": part})
    error = error_of({"version": 1, "condition": {"all": [part]}})
    assert error.code == "too_deep"
    assert error.pointer == "/condition/all/0" + "/not" * MAX_DEPTH
    assert "segment" in (error.fix or "")


def test_parse__when_a_condition_is_of_version_1__then_its_filters_are_migrated() -> None:
    leaf = {"type": "event", "event": "A", "op": "gt", "value": 1,
            "where": [{"property": "plan", "op": "ne", "value": "free"}]}  # fmt: skip
    node = parse({"version": 1, "condition": {"any": [{"not": leaf}]}})
    told = to_json(node)
    assert told["version"] == 2
    (inner,) = told["condition"]["any"]  # type: ignore[index]
    assert list(inner["not"]["where"]) == [{"property": "plan", "op": "not_eq", "value": "free"}]
    assert parse(told) == node
