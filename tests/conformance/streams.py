"""Random event streams around the edges of windows, and what a trait plainly is over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from hypothesis import strategies as st

from marketing.conditions.types import Filter, Scalar, TraitSpec
from marketing.events.log import LogRow
from marketing.events.messages import microseconds
from marketing.kernel.windows import Window
from marketing.personas.traits import TRAITS, Happening, Moment

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata")]
)
# Two of them follow a change of the clocks within the windows below.
MOMENTS = st.sampled_from(
    [datetime(2024, 4, 2, 9, 30, tzinfo=UTC), datetime(2024, 11, 5, tzinfo=UTC),
     datetime(2024, 6, 12, 23, 59, 59, 999_999, tzinfo=UTC)]
)  # fmt: skip
NAMES = ("Order Completed", "Lesson Completed", "课程")
# Eighths add up exactly in any order, so sums are compared exactly.
NUMBERS = st.integers(-80, 80).map(lambda eighths: eighths / 8) | st.integers(-9, 9)
WORDS = st.sampled_from(["上海", "12 yuan", "", 'a"b', "a\\b"])
OTHERS = st.sampled_from([[], [1], {"a": 1}])
VALUES = NUMBERS | WORDS | st.booleans() | OTHERS
PROPERTIES = st.fixed_dictionaries({}, optional={"price": VALUES, "城市": VALUES, "a b": VALUES})
ALL_WINDOWS = (Window(), Window(days=1), Window(days=30), Window(days=7, skip_days=3),
               Window(days=300), Window(hours=1), Window(hours=48))  # fmt: skip
WINDOWS = st.sampled_from(ALL_WINDOWS)
# How many midnights ago these windows start or end.
DAYS_AGO = (0, 2, 9, 29, 299)
FILTERS = st.builds(
    lambda name, op, value: Filter(property=name, op=op, value=value),
    st.sampled_from(["price", "城市", "absent"]),
    st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]),
    NUMBERS | WORDS | st.booleans(),
)  # fmt: skip


def specs(function: str) -> st.SearchStrategy[TraitSpec]:
    return st.builds(
        lambda events, name, where, window: TraitSpec(
            function=function, events=tuple(events), property=name, where=tuple(where),
            window=window,
        ),
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
        st.sampled_from(["price", "城市", "a b", "absent"]),
        st.lists(FILTERS, max_size=2),
        WINDOWS,
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One event of the stream."""

    person: int
    name: str
    at: datetime
    properties: dict[str, Any]


@st.composite
def streams(draw: st.DrawFn, now: datetime, zone: ZoneInfo) -> list[Said]:
    """Events of ordinals 1 to 3, many of them a microsecond from a midnight, an hour, or now."""
    midnights = st.builds(
        lambda days, shift: _midnight(now, zone, days) + timedelta(microseconds=shift),
        st.sampled_from(DAYS_AGO), st.integers(-1, 1),
    )  # fmt: skip
    whole = now.replace(minute=0, second=0, microsecond=0)
    hours = st.integers(0, 49).map(lambda ago: whole - timedelta(hours=ago))
    close = st.integers(-2, 2).map(lambda shift: now + timedelta(microseconds=shift))
    anywhere = st.timedeltas(timedelta(days=-400), timedelta(0)).map(lambda ago: now + ago)
    each = st.builds(
        Said, st.integers(1, 3), st.sampled_from(NAMES), midnights | hours | close | anywhere,
        PROPERTIES,
    )  # fmt: skip
    return draw(st.lists(each, max_size=12))


def edges(now: datetime, zone: ZoneInfo) -> list[Said]:
    """One person's events, a microsecond before, at and after every start and end of a window."""
    whole = now.replace(minute=0, second=0, microsecond=0)
    moments = [_midnight(now, zone, days) for days in DAYS_AGO]
    moments += [now, whole, whole - timedelta(hours=47)]
    shifts = [timedelta(microseconds=shift) for shift in (-1, 0, 1)]
    return [Said(1, NAMES[0], at + shift, {}) for at in moments for shift in shifts]


def _midnight(now: datetime, zone: ZoneInfo, days_ago: int) -> datetime:
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def rows(stream: Sequence[Said]) -> list[LogRow]:
    return [
        LogRow(0, i, f"m{i}", each.person, "track", each.name, microseconds(each.at),
               microseconds(each.at), orjson.dumps(each.properties).decode())
        for i, each in enumerate(stream, start=1)
    ]  # fmt: skip


def plainly(
    spec: TraitSpec, stream: Sequence[Said], person: int, now: datetime, zone: ZoneInfo
) -> Scalar:
    """The trait of one person: every event looked at, one after the other."""
    own = sorted((each for each in stream if each.person == person), key=lambda each: each.at)
    counted = [
        Happening(microseconds(each.at), _number(each, spec.property), _text(each, spec.property))
        for each in own
        if each.name in spec.events
        and _is_inside(each.at, spec.window, now, zone)
        and all(_passes(each, one) for one in spec.where)
    ]
    function = TRAITS.get(spec.function)
    offset = now.astimezone(zone).utcoffset() or timedelta(0)
    moment = Moment(microseconds(now), offset // timedelta(microseconds=1))
    answer = function.fold(counted, moment)
    return function.empty if answer is None else answer


def _is_inside(at: datetime, window: Window, now: datetime, zone: ZoneInfo) -> bool:
    if at > now:
        return False
    if window.hours is not None:
        return now.timestamp() // 3600 - at.timestamp() // 3600 < window.hours
    if window.days is None:
        return True
    days_ago = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    return window.skip_days <= days_ago < window.skip_days + window.days


def _number(said: Said, name: str | None) -> float | None:
    value = said.properties.get(name or "")
    return float(value) if isinstance(value, bool | int | float) else None


def _text(said: Said, name: str | None) -> str | None:
    if name is None or name not in said.properties:
        return None
    return orjson.dumps(said.properties[name]).decode()


def _passes(said: Said, one: Filter) -> bool:
    value = said.properties.get(one.property)
    if isinstance(one.value, str) != isinstance(value, str):
        return False
    if not isinstance(value, bool | int | float | str):
        return False
    compared: dict[str, bool] = {
        "eq": value == one.value, "ne": value != one.value,
        "gt": value > one.value, "gte": value >= one.value,  # type: ignore[operator]
        "lt": value < one.value, "lte": value <= one.value,  # type: ignore[operator]
    }  # fmt: skip
    return compared[one.op]
