"""Cleaning rules: a number beyond its limits is moved or missing, wherever traits read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.events.intake import Taken
from marketing.people.queries import by_external_id
from marketing.personas import queries
from marketing.personas.cleaning import Bound, Cleaning, changed, current
from marketing.personas.engine import Run, compute
from marketing.personas.models import CleaningRule
from marketing.personas.plan import parts_of
from marketing.personas.rows import everybody
from marketing.personas.services import rebuild, refresh
from marketing.personas.traits import Moment
from marketing.workspace.models import Workspace
from tests.conformance.sources import source_of
from tests.conformance.streams import MOMENTS, ZONES, Said, plainly, rows, streams
from tests.messages import track
from tests.personas.stream import seen

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
LIMITS = st.sampled_from([(-5.0, 7.5), (None, 3.0), (0.0, None), (2.0, 2.0)])
NUMERIC = st.sampled_from(["sum", "mean", "min", "max", "first_number", "last_number"])
ABOVE = st.sampled_from([(), (Filter(property="price", op="gt", value=1.0),)])


def plainly_cleaned(said: Said, bound: Bound) -> Said:
    """The event as the rule has it: its price moved, or gone."""
    value = said.properties.get("price")
    if isinstance(value, bool | int | float) and abs(value) <= 1e12:
        low = bound.low is not None and value < bound.low
        high = bound.high is not None and value > bound.high
        rest = {key: each for key, each in said.properties.items() if key != "price"}
        if (low or high) and bound.drops:
            return replace(said, properties=rest)
        if low or high:
            return replace(said, properties=rest | {"price": bound.low if low else bound.high})
    return said


@settings(max_examples=150, deadline=None)
@given(data=st.data(), now=MOMENTS, zone=ZONES, limits=LIMITS, drops=st.booleans())
def test_rule__of_any_kind__gives_what_cleaned_events_give(
    data: st.DataObject,
    now: datetime,
    zone: ZoneInfo,
    limits: tuple[float | None, float | None],
    drops: bool,
) -> None:
    stream = [each for each in data.draw(streams(now, zone)) if each.at <= now]
    spec = TraitSpec(function=data.draw(NUMERIC), events=("Order Completed",), property="price",
                     where=data.draw(ABOVE))  # fmt: skip
    rule = (("price", *limits),)
    clean = Cleaning(dropped=rule) if drops else Cleaning(limits=rule)
    run = Run(source_of(rows(stream)), Moment(now, zone), everybody(4), clean)
    column = compute(run, {"t": spec})["t"]
    values, present = np.asarray(column.values), np.asarray(column.present)
    found = [values[i] if present[i] else None for i in range(1, 4)]
    cleaned = [plainly_cleaned(each, clean.bounds["price"]) for each in stream]
    assert found == [plainly(spec, cleaned, person, now, zone) for person in (1, 2, 3)]


@pytest.mark.django_db
def test_rule__when_an_operator_makes_one__then_the_next_refresh_counts_by_it(
    workspace: Workspace, send: Send
) -> None:
    spec = TraitSpec(function="sum", events=("Order Completed",), property="price_cents")
    send(*(track("ann", "Order Completed", NOW - timedelta(days=1), price_cents=cents)
           for cents in (-50, 100, 900)))  # fmt: skip
    rebuild(workspace, NOW, {"spent": spec})

    def spent() -> object:
        refresh(workspace, NOW, {"spent": spec})
        return seen(queries.current(), Ref("trait", "spent"), by_external_id("ann").pk)

    assert spent() == 950
    rule = CleaningRule.objects.create(property="price_cents", lowest=0, highest=300)
    assert spent() == 0 + 100 + 300
    rule.beyond = CleaningRule.Beyond.MISSING
    rule.save()
    assert spent() == 100
    rule.active = False
    rule.save()
    assert spent() == 950


@pytest.mark.django_db
def test_changed__when_a_rule_changes_its_kind__then_its_parts_are_computed_anew() -> None:
    spec = TraitSpec(function="sum", events=("A",), property="price")
    filtered = TraitSpec(function="count", events=("A",),
                         where=(Filter(property="price", op="gt", value=1),))  # fmt: skip
    other = TraitSpec(function="sum", events=("A",), property="seconds")
    parts = parts_of({"a": spec, "b": filtered, "c": other})
    limits = (("price", 0.0, 1.0),)
    found = changed(Cleaning(limits=limits), Cleaning(dropped=limits), parts)
    assert found == {*parts_of({"a": spec}), *parts_of({"b": filtered})}
    assert changed(Cleaning(limits=limits), Cleaning(limits=limits), parts) == set()


@pytest.mark.django_db
def test_rules__when_they_cannot_be__then_form_and_database_refuse_them() -> None:
    CleaningRule.objects.create(property="price_cents", lowest=0)
    CleaningRule.objects.create(property="price_cents", highest=9, active=False)
    assert current({}) == Cleaning(limits=(("price_cents", 0.0, None),))
    for wrong in (
        {"property": "price_cents", "highest": 5.0},
        {"property": "x"},
        {"property": "x", "lowest": 2.0, "highest": 1.0},
    ):
        with pytest.raises(ValidationError):
            CleaningRule(**wrong).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            CleaningRule.objects.create(**wrong)
