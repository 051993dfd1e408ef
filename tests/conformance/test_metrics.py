"""The laws of every metric: parts add up to the whole, a difference is honest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.experiments.metrics import METRICS, Metric
from marketing.experiments.statistics.sufficient import Mean, Proportion

every_member = pytest.mark.parametrize(
    "metric", [METRICS.get(name) for name in METRICS], ids=lambda one: one.__name__
)
laws = settings(max_examples=60, deadline=None)
N = 6
Rows = NDArray[np.int64]
# (whose goal it is, cents or none)
GOALS = st.lists(st.tuples(st.integers(0, N - 1), st.one_of(st.none(), st.integers(0, 10**7))))
GROUPS = st.lists(st.integers(0, 2), min_size=N, max_size=N)


def frame(goals: list[tuple[int, int | None]]) -> tuple[EventFrame, Rows]:
    rows = np.array([row for row, _ in goals], dtype=np.int64)
    cents = np.array([np.nan if c is None else c for _, c in goals], dtype=np.float64)
    moments, codes = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int32)
    return EventFrame(rows, moments, codes, ("Order Completed",), {"price_cents": cents}), rows


def values_of(metric: type[Metric], goals: list[tuple[int, int | None]]) -> NDArray[np.float64]:
    events, rows = frame(goals)
    return metric.per_person(events, rows, N)


@every_member
@laws
@given(goals=GOALS, groups=GROUPS)
def test_metric__people_in_groups__then_their_statistics_add_up(
    metric: type[Metric], goals: list[tuple[int, int | None]], groups: list[int]
) -> None:
    values = values_of(metric, goals)
    parts = [metric.summarise(values[np.array(groups) == group]) for group in range(3)]
    whole = metric.summarise(values)
    assert parts[0] + parts[1] + parts[2] == whole  # type: ignore[operator]
    assert whole.n == N


@every_member
@laws
@given(goals=GOALS, groups=GROUPS)
def test_metric__goals_of_some_people__then_the_others_do_not_change(
    metric: type[Metric], goals: list[tuple[int, int | None]], groups: list[int]
) -> None:
    mine = [goal for goal in goals if groups[goal[0]] == 0]
    inside = np.array(groups) == 0
    np.testing.assert_array_equal(values_of(metric, mine)[inside], values_of(metric, goals)[inside])


@every_member
@laws
@given(goals=GOALS)
def test_metric__per_person__then_finite_and_nothing_without_a_goal(
    metric: type[Metric], goals: list[tuple[int, int | None]]
) -> None:
    values = values_of(metric, goals)
    assert values.shape == (N,) and values.dtype == np.float64
    assert np.isfinite(values).all() and (values >= 0).all()
    without = sorted(set(range(N)) - {row for row, _ in goals})
    assert not values[without].any()


@every_member
@laws
@given(goals=GOALS, groups=GROUPS)
def test_difference__any_two_groups__then_none_or_an_interval_around_it(
    metric: type[Metric], goals: list[tuple[int, int | None]], groups: list[int]
) -> None:
    values, inside = values_of(metric, goals), np.array(groups) == 0
    found = metric.difference(values[inside], values[~inside])
    back = metric.difference(values[~inside], values[inside])
    assert (found is None) == (back is None)
    if found is not None and back is not None:
        assert found.low <= found.estimate <= found.high
        expected = values[inside].mean() - values[~inside].mean() if metric.unit == "money" else (
            (values[inside] > 0).mean() - (values[~inside] > 0).mean()
        )  # fmt: skip
        assert found.estimate == pytest.approx(expected, abs=1e-9)
        assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


@every_member
def test_difference__an_empty_group__then_none(metric: type[Metric]) -> None:
    values, nobody = values_of(metric, [(0, 5)]), np.empty(0)
    assert metric.difference(values, nobody) is None
    assert metric.difference(nobody, values) is None
    assert isinstance(metric.summarise(nobody), Proportion | Mean)


@every_member
def test_metric__any__then_has_a_unit_and_a_name_in_both_languages(metric: type[Metric]) -> None:
    assert metric.unit in ("percent_points", "money")
    assert metric.label.en and metric.label.zh and metric.label.en != metric.label.zh
