"""Random event streams around the edges of windows, and what a trait plainly is over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from hypothesis import strategies as st

from marketing.conditions.types import Filter, Scalar, Step, Then, TraitSpec
from marketing.events.log import LogRow
from marketing.kernel.moments import microseconds
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
# Sums count whole ten-thousandths: they are exact for any numbers in any order.
NUMBERS = (
    st.integers(-9, 9)
    | st.floats(-1e6, 1e6, allow_nan=False)
    | st.sampled_from([0.00005, -0.00005, 1e12, 1.5e12, -1e13, 1e300, 1e16, 1e-7, -0.0, 3.0, 2**63])
)
WORDS = st.sampled_from(["上海", "12 yuan", "", 'a"b', "a\\b", "1", "true"])
OTHERS = st.sampled_from([[], [1], {"a": 1}])
VALUES = NUMBERS | WORDS | st.booleans() | OTHERS
PROPERTIES = st.fixed_dictionaries({}, optional={"price": VALUES, "城市": VALUES, "a b": VALUES})
ALL_WINDOWS = (Window(), Window(days=1), Window(days=30), Window(days=7, skip_days=3),
               Window(days=300), Window(hours=1), Window(hours=48))  # fmt: skip
WINDOWS = st.sampled_from(ALL_WINDOWS)
# How many midnights ago these windows start or end.
DAYS_AGO = (0, 2, 9, 29, 299)
OPERANDS = st.integers(-9, 9) | st.floats(-10, 10) | WORDS | st.booleans()
FILTERED = st.sampled_from(["price", "城市", "absent"])
FILTERS = st.one_of(
    st.builds(
        lambda name, op, value: Filter(property=name, op=op, value=value),
        FILTERED, st.sampled_from(["eq", "not_eq", "gt", "gte", "lt", "lte"]), OPERANDS,
    ),
    st.builds(
        lambda name, values: Filter(property=name, op="one_of", value=tuple(values)),
        FILTERED, st.lists(OPERANDS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda name, op, value: Filter(property=name, op=op, value=value),
        FILTERED, st.sampled_from(["contains", "in_list"]), st.sampled_from(["1", "上", "cities"]),
    ),
)  # fmt: skip
# What the lists are that ``in_list`` names; any other name is an empty list.
LISTS = {"cities": ("上海", "1"), "nothing": ()}
STEPS = st.builds(
    lambda events, where: Step(events=tuple(events), where=tuple(where)),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
    st.lists(FILTERS, max_size=1),
)
THEN = st.builds(
    lambda step, hours, negate: Then(step=step, within_hours=hours, negate=negate),
    STEPS, st.sampled_from([1, 24, 24 * 30]), st.booleans(),
)  # fmt: skip


def specs(function: str) -> st.SearchStrategy[TraitSpec]:
    """Any spec of this function."""
    needs = TRAITS.get(function).needs
    plain = {
        "function": st.just(function),
        "events": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple),
        "property": st.sampled_from(["price", "城市", "a b", "absent"]),
        "where": st.lists(FILTERS, max_size=2).map(tuple),
        "window": WINDOWS,
    }
    if needs == "then":
        plain["then"] = THEN
    if needs == "steps":
        plain["steps"] = st.lists(STEPS, min_size=1, max_size=3).map(tuple)
    if needs == "against":
        plain["against"] = specs("count") | specs("sum")
    return st.builds(TraitSpec, **plain)


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


class Plainly:
    """One person's events, looked at one after the other."""

    def __init__(self, stream: Sequence[Said], person: int, now: datetime, zone: ZoneInfo) -> None:
        own = [each for each in stream if each.person == person]
        self.own = sorted(own, key=lambda each: each.at)
        self.now, self.zone = now, zone

    def of(self, step: Step, window: Window, property: str | None = None) -> list[Happening]:
        return [
            Happening(microseconds(each.at), _number(each, property), _text(each, property))
            for each in self.own
            if each.name in step.events
            and _is_inside(each.at, window, self.now, self.zone)
            and all(_passes(each, one) for one in step.where)
        ]


def plainly(
    spec: TraitSpec, stream: Sequence[Said], person: int, now: datetime, zone: ZoneInfo
) -> Scalar:
    """The trait of one person."""
    function = TRAITS.get(spec.function)
    answer = function.fold(spec, Plainly(stream, person, now, zone), Moment(now, zone))
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
    if not isinstance(value, bool | int | float) or abs(value) > 1e12:
        return None
    return float(value)


def _text(said: Said, name: str | None) -> str | None:
    value = said.properties.get(name or "")
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value and not 1e-5 <= abs(value) < 1e16:
        return None  # it needs an exponent
    return orjson.dumps(value).decode() if isinstance(value, bool | int | float) else None


def _passes(said: Said, one: Filter) -> bool:
    if one.op == "one_of":
        values = one.value if isinstance(one.value, tuple) else ()
        return any(_compares(said, one.property, "eq", value) for value in values)
    if isinstance(one.value, tuple):
        raise AssertionError("only one_of takes several")
    return _compares(said, one.property, one.op, one.value)


def _compares(said: Said, name: str, op: str, wanted: bool | int | float | str) -> bool:
    value: Any = _text(said, name) if isinstance(wanted, str) else _number(said, name)
    if value is None:
        return False
    if op == "in_list":
        return value in LISTS.get(str(wanted), ())
    compared: dict[str, Callable[[], bool]] = {
        "eq": lambda: value == wanted, "not_eq": lambda: value != wanted,
        "gt": lambda: value > wanted, "gte": lambda: value >= wanted,
        "lt": lambda: value < wanted, "lte": lambda: value <= wanted,
        "contains": lambda: wanted in value,
    }  # fmt: skip
    return bool(compared[op]())
