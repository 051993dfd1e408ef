"""The series that forecasts stand on, against a count by local date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.insights import _calendar
from recommender.insights._calendar import Unit
from recommender.insights._choice import EventChoice
from recommender.insights._series import Measure, Series, measured
from tests.conformance.sources import source_of
from tests.conformance.streams import Said, rows

NOW = datetime(2024, 11, 6, 14, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Kathmandu")]
laws = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def series(
    connection: Any, stream: Sequence[Said], zone: ZoneInfo, by: Unit, measure: Measure, *,
    periods: int = 10, skip: int = 0,
) -> Series:  # fmt: skip
    calendar = _calendar.until(NOW, zone, by, periods + skip + 1)
    source = source_of(rows(stream))
    property = "price" if measure == "sum" else ""
    return measured(source, EventChoice(event="buy"), measure, property, calendar, periods)


def plainly(
    stream: Sequence[Said], zone: ZoneInfo, by: Unit, measure: Measure, periods: int, skip: int
) -> list[float]:
    step = 7 if by == "week" else 1
    today = NOW.astimezone(zone).date()
    running = today - timedelta(days=today.weekday() if by == "week" else 0)
    days = [running - timedelta(days=step * ago) for ago in range(periods + skip, skip, -1)]
    found: dict[date, list[Said]] = defaultdict(list)
    for each in stream:
        if each.name == "buy" and (measure != "sum" or _is_number(each.properties.get("price"))):
            day = each.at.astimezone(zone).date()
            found[day - timedelta(days=day.weekday() if by == "week" else 0)].append(each)
    values = [_value(found[day], measure) for day in days]
    start = next((i for i, day in enumerate(days) if found[day]), periods)
    return values[start:]


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _value(events: Sequence[Said], measure: Measure) -> float:
    if measure == "sum":
        return float(sum(each.properties["price"] for each in events))
    return len({each.person for each in events}) if measure == "people" else len(events)


STREAMS = st.lists(
    st.builds(
        Said, st.integers(1, 3), st.sampled_from(["buy", "other"]),
        st.builds(lambda hours, us: NOW - timedelta(hours=hours, microseconds=us),
                  st.integers(0, 24 * 20), st.integers(-1, 1)),
        st.fixed_dictionaries({}, optional={
            "price": st.integers(-40, 80).map(lambda eighths: eighths / 8)
            | st.sampled_from(["3", None, True]),
        }),
    ),
    max_size=25,
)  # fmt: skip


@laws
@given(stream=STREAMS, zone=st.sampled_from(ZONES), by=st.sampled_from(["day", "week"]),
       measure=st.sampled_from(["count", "people", "sum"]), skip=st.integers(0, 3))  # fmt: skip
def test_series__then_it_is_the_count_by_local_date(
    stream: list[Said], zone: ZoneInfo, by: Unit, measure: Measure, skip: int, connection: Any
) -> None:
    found = series(connection, stream, zone, by, measure, skip=skip)
    assert found.values.tolist() == plainly(stream, zone, by, measure, 10, skip)
    assert len(found.first_days) == len(found)


def test_series__of_today__then_the_unfinished_day_is_not_in_it(connection: Any) -> None:
    stream = [Said(1, "buy", NOW - timedelta(hours=hours), {}) for hours in (1, 2, 20)]
    found = series(connection, stream, ZONES[0], "day", "count")
    assert found.values.tolist() == [1.0]
    assert found.first_days == (date(2024, 11, 5),)


def test_series__with_days_between__then_they_are_zero(connection: Any) -> None:
    stream = [Said(1, "buy", NOW - timedelta(days=days), {}) for days in (1, 4)]
    assert series(connection, stream, ZONES[0], "day", "count").values.tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Sao_Paulo", "Asia/Beirut"])
@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_calendar__over_years_of_clock_changes__then_each_hour_is_in_its_local_period(
    zone: str, by: Unit
) -> None:
    """Of some of these zones the clocks change at midnight, so that a day has no such hour."""
    there = ZoneInfo(zone)
    end = datetime(2019, 4, 1, tzinfo=UTC)
    calendar = _calendar.until(end, there, by, 30)
    at = [end - timedelta(hours=hours) for hours in range(24 * 25)]
    places = calendar.place(_us(at))
    for moment, place in zip(at, places.tolist(), strict=True):
        wanted = _calendar.first_day(moment.astimezone(there).date(), by)
        assert calendar.first_days[place] == wanted, moment
    assert Counter(places.tolist()).total() == len(at)


def _us(moments: Sequence[datetime]) -> Any:
    import numpy as np

    return np.array([int(each.timestamp()) * 1_000_000 for each in moments], np.int64)
