"""Definitions of metrics: every kind can be defined, and what does not fit is said at its field."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from marketing.experiments.metrics import METRICS, Definition
from marketing.experiments.models import MetricDefinition

pytestmark = pytest.mark.django_db
FILLED: dict[str, object] = {
    "amount": "price_cents", "per_event": "Course Viewed", "from_day": 7, "cap_percentile": 99,
    "percentile": 90,
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", METRICS)


def row(kind: str, **fields: object) -> MetricDefinition:
    return MetricDefinition(
        **{"key": "m", "name": "M", "event": "Order Completed", "kind": kind, "days": 14} | fields
    )


def wrong(definition: MetricDefinition) -> set[str]:
    try:
        definition.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@every_kind
def test_definition__with_what_its_kind_needs__then_is_taken_and_read_back(kind: str) -> None:
    needs = {name: FILLED[name] for name in METRICS.get(kind).needs}
    assert wrong(row(kind, **needs)) == set()
    all_of_it = needs | {name: FILLED[name] for name in METRICS.get(kind).takes}
    filled = row(kind, **all_of_it)
    assert wrong(filled) == set()
    filled.save()
    filled.refresh_from_db()
    expected = Definition(kind=kind, event="Order Completed", days=14, **all_of_it)  # type: ignore[arg-type]
    assert filled.value == expected
    assert hash(filled.value) == hash(expected)


@every_kind
def test_definition__without_a_field_that_it_needs__then_the_field_is_named(kind: str) -> None:
    needs = METRICS.get(kind).needs
    for name in needs:
        others = {each: FILLED[each] for each in needs - {name}}
        assert wrong(row(kind, **others)) == {name}


@every_kind
def test_definition__with_a_field_that_its_kind_ignores__then_the_field_is_named(kind: str) -> None:
    member = METRICS.get(kind)
    needs = {name: FILLED[name] for name in member.needs}
    for name in FILLED.keys() - member.needs - member.takes:
        assert wrong(row(kind, **needs | {name: FILLED[name]})) == {name}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "guess"}, "kind"),
        ({"key": "goal"}, "key"),
        ({"key": "revenue"}, "key"),
        ({"kind": "revenue", "amount": 'a"b'}, "amount"),
        ({"kind": "retention", "from_day": 14}, "from_day"),
        ({"days": 0}, "days"),
        ({"kind": "count", "cap_percentile": 20}, "cap_percentile"),
        ({"event": ""}, "event"),
    ],
)
def test_definition__that_cannot_be_meant__then_the_field_is_named(
    fields: dict[str, object], field: str
) -> None:
    kind = str(fields.pop("kind", "conversion"))
    assert wrong(row(kind, **fields)) == {field}


def test_unit__of_a_sum_that_is_not_in_cents__then_a_number() -> None:
    spent = Definition(kind="revenue", event="Order Completed", days=7)
    assert (spent.reads, spent.unit) == ("price_cents", "money")
    watched = Definition(kind="revenue", event="Course Viewed", days=7, amount="seconds")
    assert (watched.reads, watched.unit) == ("seconds", "number")
    assert Definition(kind="count", event="Searched", days=7).reads == ""
