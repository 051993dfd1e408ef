"""The laws of every guard, whatever its settings and columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from campaigns.guards import GUARDS, Guard, Verdict
from campaigns.guards.quiet_hours import QuietHours
from marketing.conditions.types import Ref
from tests.campaigns.table import Table, column_for

every_member = pytest.mark.parametrize("name", list(GUARDS))
laws = settings(max_examples=60, deadline=None)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(
    ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)
# By the type of a setting: hours of a day are small enough for caps and days too.
SETTINGS: dict[object, st.SearchStrategy[object]] = {
    msgspec.inspect.IntType: st.integers(0, 23),
    msgspec.inspect.BoolType: st.booleans(),
    msgspec.inspect.StrType: st.sampled_from(["", "push", "inbox"]),
    msgspec.inspect.UnionType: st.one_of(st.none(), MOMENTS),
}


@st.composite
def guards(draw: st.DrawFn, name: str) -> Guard:
    """A member with any settings that its fields allow."""
    described = msgspec.inspect.type_info(GUARDS.get(name))
    assert isinstance(described, msgspec.inspect.StructType)
    fields = {each.name: draw(SETTINGS[type(each.type)]) for each in described.fields}
    return GUARDS.get(name)(**fields)


@st.composite
def crowds(draw: st.DrawFn, guard: Guard) -> tuple[Table, int]:
    """Only the columns that the guard says it reads."""
    n = draw(st.integers(0, 8))
    return Table({ref: draw(column_for(ref, n)) for ref in guard.reads()}), n


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_guard__any_settings_and_people__then_a_verdict_and_nothing_else(
    name: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    guard = data.draw(guards(name))
    table, n = data.draw(crowds(guard))
    verdict = guard.check(table, n, now, zone)
    assert type(verdict) is Verdict
    assert verdict.passes.shape == (n,) and verdict.passes.dtype == np.bool_
    if verdict.later_at is not None:  # Later, else Hold
        assert verdict.later_at.utcoffset() is not None
        assert now < verdict.later_at <= now + timedelta(days=2)


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_guard__asked_twice__then_the_same_and_the_columns_untouched(
    name: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    guard = data.draw(guards(name))
    table, n = data.draw(crowds(guard))
    kept = {ref: np.array(column.values) for ref, column in table.columns.items()}
    first, second = (guard.check(table, n, now, zone) for _ in range(2))
    np.testing.assert_array_equal(first.passes, second.passes)
    assert first.later_at == second.later_at
    for ref, before in kept.items():
        np.testing.assert_array_equal(np.asarray(table.columns[ref].values), before)


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_guard__one_person_alone__then_as_in_the_batch(
    name: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    guard = data.draw(guards(name))
    table, n = data.draw(crowds(guard))
    whole = guard.check(table, n, now, zone)
    for i in range(n):
        assert guard.check(table.row(i), 1, now, zone).passes[0] == whole.passes[i]


@every_member
@laws
@given(data=st.data())
def test_guard__kept_as_json__then_comes_back_equal(name: str, data: st.DataObject) -> None:
    guard = data.draw(guards(name))
    assert msgspec.convert(msgspec.to_builtins(guard), type(guard)) == guard


@every_member
def test_guard__unknown_setting__then_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"nonsense": 1}, GUARDS.get(name))


@every_member
def test_guard__default_settings__then_lets_everybody_pass(name: str) -> None:
    guard = GUARDS.get(name)()
    verdict = guard.check(Table({}), 3, datetime(2024, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    assert guard.reads() == () and verdict.passes.all()


@every_member
def test_guard__any__then_says_its_reason_in_both_languages(name: str) -> None:
    label = GUARDS.get(name).label
    assert label.en and label.zh and label.en != label.zh


@laws
@given(hours=st.tuples(st.integers(0, 23), st.integers(0, 23)), now=MOMENTS, zone=ZONES)
def test_quiet_hours__when_they_end__then_it_is_not_quiet_any_more(
    hours: tuple[int, int], now: datetime, zone: ZoneInfo
) -> None:
    guard = QuietHours(from_hour=hours[0], until_hour=hours[1])
    until = guard.check(Table({}), 1, now, zone).later_at
    assume(until is not None)
    assert until is not None
    assert guard.check(Table({}), 1, until, zone).passes.all()


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [(21, False), (22, True), (23, True), (0, True), (7, True), (8, False), (12, False)],
)
def test_quiet_hours__over_midnight__then_from_inclusive_until_exclusive(
    hour: int, quiet: bool
) -> None:
    now = datetime(2024, 1, 1, hour, tzinfo=UTC)
    verdict = QuietHours(from_hour=22, until_hour=8).check(Table({}), 1, now, ZoneInfo("UTC"))
    assert verdict.passes[0] != quiet


def test_reads__any_guard__then_only_kinds_that_somebody_provides() -> None:
    refs = {ref for name in GUARDS for ref in _widest(name).reads()}
    assert {ref.kind for ref in refs} <= {"context", "reachable"}
    assert Ref("context", "recent_messages") in refs


def _widest(name: str) -> Guard:
    """Settings that switch the guard on."""
    fields = {"channel": "push", "days": 1, "most": 1}
    known = GUARDS.get(name).__struct_fields__
    return GUARDS.get(name)(**{key: value for key, value in fields.items() if key in known})
