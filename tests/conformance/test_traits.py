"""The laws of every trait function: the engine's aggregate is the member's own plain fold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.types import Column, Scalar, Step, Then, TraitSpec
from marketing.events import warehouse
from marketing.events.scans import Source
from marketing.kernel.errors import Invalid
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, compute
from marketing.personas.rows import everybody, only
from marketing.personas.traits import TRAITS, Moment, check
from tests.conformance.streams import (
    ALL_WINDOWS,
    LISTS,
    MOMENTS,
    NAMES,
    ZONES,
    Said,
    edges,
    plainly,
    rows,
    specs,
    streams,
)

SIZE = 5  # ordinal 4 has no events, ordinal 0 is nobody
every_member = pytest.mark.parametrize("function", list(TRAITS))
laws = settings(max_examples=15, deadline=None)


def run_over(stream: Sequence[Said], now: datetime, zone: ZoneInfo, *people: int) -> Run:
    """The engine over these events as the log's tail; there is no warehouse."""
    source = Source(None, warehouse.as_table(rows(stream)), {})
    cleaning = Cleaning(named=tuple(LISTS.items()))
    some = only(np.array(people, dtype=np.int64)) if people else everybody(SIZE)
    return Run(source, Moment(now, zone), some, cleaning)


def seen(column: Column, ordinal: int) -> Scalar:
    value = column.at(ordinal)
    return value.values if value.present else None  # type: ignore[return-value]


def is_same(one: Scalar, other: Scalar) -> bool:
    return one is other if one is None or other is None else bool(one == other)


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_trait__when_computed_by_the_engine__then_it_is_the_plain_fold(
    function: str,
    data: st.DataObject,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    stream = data.draw(streams(now, zone))
    drawn = data.draw(st.lists(specs(function), min_size=1, max_size=4))
    asked = {f"t{i}": spec for i, spec in enumerate(drawn)}
    found = compute(run_over(stream, now, zone), asked)
    assert found.keys() == asked.keys()
    for name, spec in asked.items():
        assert len(np.asarray(found[name].values)) == SIZE
        for person in range(1, SIZE):
            wanted = plainly(spec, stream, person, now, zone)
            assert is_same(seen(found[name], person), wanted), spec


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("function", ["count", "active_days"])
def test_trait__when_events_stand_at_the_edges_of_windows__then_each_edge_counts_once(
    function: str,
    zone: str,
) -> None:
    now, there = datetime.fromisoformat("2024-06-12T23:30:00Z"), ZoneInfo(zone)
    asked = {
        window.key(): TraitSpec(function=function, events=NAMES[:1], window=window)
        for window in ALL_WINDOWS
    }
    found = compute(run_over(edges(now, there), now, there), asked)
    assert {name: seen(column, 1) for name, column in found.items()} == {
        name: plainly(spec, edges(now, there), 1, now, there) for name, spec in asked.items()
    }


@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_traits__when_they_share_a_scan__then_each_is_what_it_is_alone(
    data: st.DataObject,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    stream = data.draw(streams(now, zone))
    any_spec = st.one_of(*(specs(name) for name in TRAITS))
    asked = {
        f"t{i}": spec
        for i, spec in enumerate(data.draw(st.lists(any_spec, min_size=2, max_size=5)))
    }
    run = run_over(stream, now, zone)
    together = compute(run, asked)
    for name, spec in asked.items():
        alone = compute(run, {name: spec})[name]
        np.testing.assert_array_equal(np.asarray(together[name].values), np.asarray(alone.values))


@every_member
@settings(max_examples=5, deadline=None)
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_trait__when_only_some_people_are_asked__then_they_get_what_they_get_among_all(
    function: str,
    data: st.DataObject,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    stream, spec = data.draw(streams(now, zone)), data.draw(specs(function))
    everybody = compute(run_over(stream, now, zone), {"t": spec})["t"]
    some = compute(run_over(stream, now, zone, 1, 3), {"t": spec})["t"]
    assert [seen(some, row) for row in (0, 1)] == [seen(everybody, person) for person in (1, 3)]


@every_member
def test_trait__when_nobody_did_anything__then_everybody_has_the_empty_value(
    function: str,
) -> None:
    spec = ordinary(function)
    run = run_over([], datetime.fromisoformat("2024-06-01T00:00:00Z"), ZoneInfo("UTC"))
    column = compute(run, {"t": spec})["t"]
    assert {seen(column, person) for person in range(SIZE)} == {TRAITS.get(function).empty}


def ordinary(function: str, property: str | None = "price") -> TraitSpec:
    """A spec with all that the function needs."""
    step = Step(events=("Lesson Completed",))
    further = {
        "then": {"then": Then(step=step, within_hours=24)},
        "steps": {"steps": (step,)},
        "against": {"against": TraitSpec(function="count", events=("Lesson Completed",))},
    }.get(TRAITS.get(function).needs, {})
    return TraitSpec(
        function=function,
        events=("Order Completed",),
        property=property,
        **further,  # type: ignore[arg-type]
    )


@every_member
def test_trait__when_it_needs_a_property__then_a_spec_without_one_is_refused(function: str) -> None:
    spec = ordinary(function, None)
    if not TRAITS.get(function).needs_property:
        assert check(spec) is TRAITS.get(function)
        return
    with pytest.raises(Invalid) as caught:
        check(spec)
    assert (caught.value.code, caught.value.pointer) == ("missing_property", "/property")


@every_member
def test_trait__when_it_names_itself__then_in_both_languages(function: str) -> None:
    phrase = TRAITS.get(function).phrase
    assert phrase.en.isascii() and any("\u4e00" <= letter <= "\u9fff" for letter in phrase.zh)
