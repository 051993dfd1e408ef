"""The laws of every metric: parts add up to the whole, of people and of events alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marketing.experiments.measuring import Values as Measured
from marketing.experiments.metrics import METRICS, UNITS, Definition, Metric, Rows
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.summing import of_groups

every_member = pytest.mark.parametrize(
    "metric", [METRICS.get(name) for name in METRICS], ids=lambda one: one.__name__
)
laws = settings(max_examples=60, deadline=None)
N, DAYS = 6, 14
OPTIONAL = {"amount", "per_event", "from_day", "cap_percentile", "percentile"}
Told = list[tuple[int, int, int]]
Values = NDArray[np.float64]
# (whose, microseconds since the window began, cents)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, N - 1), st.integers(0, DAYS * 86_400_000_000), st.integers(-100, 10**7)
    )
)
GROUPS = st.lists(st.integers(0, 2), min_size=N, max_size=N)


def definition(metric: type[Metric]) -> Definition:
    """All that it takes, filled in."""
    filled: dict[str, object] = {
        "amount": "price_cents", "per_event": "Course Viewed", "from_day": 7,
        "cap_percentile": 99.0, "percentile": 90.0,
    }  # fmt: skip
    given_fields = {name: filled[name] for name in metric.needs | metric.takes}
    return Definition(
        kind=METRICS.name_of(metric), event="Order Completed", days=DAYS,
        **given_fields,  # type: ignore[arg-type]
    )  # fmt: skip


def told(metric: type[Metric], values: Values, events: Told) -> None:
    wanted = definition(metric)
    columns = np.array(events, dtype=np.int64).reshape(-1, 3).T
    amounts = columns[2].astype(np.float64) if wanted.reads else None
    metric.add(values, Rows(columns[0], columns[1], amounts), wanted)


def values_of(metric: type[Metric], *batches: Told) -> Values:
    values = metric.nothing(N, definition(metric))
    for batch in batches:
        told(metric, values, batch)
    return values


def per(metric: type[Metric]) -> Values | None:
    return np.linspace(0.0, 15.0, N) if "per_event" in metric.needs else None


@every_member
@laws
@given(events=EVENTS, groups=GROUPS)
def test_metric__people_in_groups__then_their_statistics_add_up(
    metric: type[Metric], events: Told, groups: list[int]
) -> None:
    people, codes = measured(metric, values_of(metric, events)), np.array(groups)
    everybody, one_group = np.ones(N, dtype=bool), np.zeros(N, dtype=np.int64)
    parts = of_groups(people, codes, 3, everybody)
    for group, part in enumerate(parts):
        assert part == of_groups(people, one_group, 1, codes == group)[0]
    found, whole = sum(parts, Pairs()), of_groups(people, one_group, 1, everybody)[0]
    assert (found.n, found.counts) == (N, whole.counts)
    for name in ("y", "x", "yy", "xy", "xx"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), rel=1e-12)
    assert (found.counts is not None) == metric.has_counts


def measured(metric: type[Metric], values: Values) -> Measured:
    before = np.linspace(0.0, 900.0, N) if metric.has_before else None
    return Measured(definition(metric), values, per(metric), before)


@every_member
@laws
@given(events=EVENTS, first=st.integers(0, 50))
def test_metric__events_in_two_batches__then_as_at_once(
    metric: type[Metric], events: Told, first: int
) -> None:
    in_two = values_of(metric, events[first:], events[:first])
    np.testing.assert_array_equal(in_two, values_of(metric, events))


@every_member
@laws
@given(events=EVENTS, groups=GROUPS)
def test_metric__events_of_some_people__then_the_others_do_not_change(
    metric: type[Metric], events: Told, groups: list[int]
) -> None:
    mine = [event for event in events if groups[event[0]] == 0]
    inside = np.array(groups) == 0
    np.testing.assert_array_equal(
        values_of(metric, mine)[inside], values_of(metric, events)[inside]
    )


@every_member
@laws
@given(events=EVENTS)
def test_metric__per_person__then_finite_and_as_nothing_without_an_event(
    metric: type[Metric], events: Told
) -> None:
    values, nothing = values_of(metric, events), metric.nothing(N, definition(metric))
    assert values.shape == (N,) and values.dtype == np.float64
    assert np.isfinite(values).all()
    without = sorted(set(range(N)) - {row for row, _after, _cents in events})
    np.testing.assert_array_equal(values[without], nothing[without])
    if metric.is_share:
        assert set(values.tolist()) <= {0.0, 1.0}


@every_member
def test_metric__any__then_has_units_and_a_name_in_both_languages(metric: type[Metric]) -> None:
    assert metric.unit in UNITS and metric.unit_of(definition(metric)) in UNITS
    assert metric.is_share == (metric.unit == "share")
    assert metric.label.en and metric.label.zh and metric.label.en != metric.label.zh


@every_member
def test_metric__its_fields__then_are_those_of_a_definition(metric: type[Metric]) -> None:
    assert metric.needs | metric.takes <= OPTIONAL
    assert not metric.needs & metric.takes
    assert not metric.default_amount or "amount" in metric.takes
