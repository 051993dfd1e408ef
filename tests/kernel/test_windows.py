"""What "in the last 30 days" means, against a definition by local dates and whole hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.kernel.errors import Invalid
from marketing.kernel.windows import Window, day_start

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
# Havana's clocks change at midnight: one day begins at 01:00, another midnight comes twice.
ZONES = [LONDON, NEW_YORK, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Havana"), ZoneInfo("UTC")]
DAYS = st.builds(lambda days, skip: Window(days=days, skip_days=skip),
                 st.integers(1, 400), st.integers(0, 40))  # fmt: skip
FIRST = datetime(2005, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=30 * 365)).map(lambda later: FIRST + later)


def is_inside(moment: datetime, window: Window, now: datetime, zone: ZoneInfo) -> bool:
    start, end = window.bounds(now, zone)
    return moment < end and (start is None or moment >= start)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


@given(DAYS, MOMENTS, st.timedeltas(timedelta(days=-460), timedelta(0)), st.sampled_from(ZONES))
def test_window_of_days__when_a_moment_is_asked__then_its_local_date_decides(
    window: Window, now: datetime, ago: timedelta, zone: ZoneInfo
) -> None:
    moment, today = now + ago, local_date(now, zone)
    assert window.days is not None
    days_ago = (today - local_date(moment, zone)).days
    wanted = window.skip_days <= days_ago < window.skip_days + window.days
    assert is_inside(moment, window, now, zone) == wanted


@given(st.integers(1, 72), MOMENTS, st.integers(-1, 2), st.sampled_from([-1, 0, 1, 10**6]))
def test_window_of_hours__when_a_moment_is_asked__then_its_whole_hour_decides(
    hours: int, now: datetime, off: int, shift: int
) -> None:
    whole = now.replace(minute=0, second=0, microsecond=0)
    moment = min(now, whole - timedelta(hours=hours - off) + timedelta(microseconds=shift))
    hours_ago = int(now.timestamp() // 3600) - int(moment.timestamp() // 3600)
    assert is_inside(moment, Window(hours=hours), now, LONDON) == (hours_ago < hours)


@pytest.mark.parametrize("window", [Window(), Window(days=1), Window(hours=1)])
def test_window__when_something_happens_now__then_it_counts_and_later_does_not(
    window: Window,
) -> None:
    now = datetime(2024, 6, 1, 12, 0, 0, 7, tzinfo=UTC)
    assert is_inside(now, window, now, LONDON)
    assert not is_inside(now + timedelta(microseconds=1), window, now, LONDON)


@pytest.mark.parametrize(
    ("zone", "now", "start"),
    [
        # 31 March 2024 has 23 hours in London: its midnight is still at +00:00.
        (LONDON, "2024-03-31T12:00:00+01:00", "2024-03-31T00:00:00+00:00"),
        (LONDON, "2024-10-27T12:00:00+00:00", "2024-10-27T00:00:00+01:00"),
        (NEW_YORK, "2024-03-10T12:00:00-04:00", "2024-03-10T00:00:00-05:00"),
        (NEW_YORK, "2024-11-03T12:00:00-05:00", "2024-11-03T00:00:00-04:00"),
    ],
)
def test_day_start__when_the_clocks_change_that_day__then_midnight_has_the_offset_before(
    zone: ZoneInfo, now: str, start: str
) -> None:
    assert day_start(datetime.fromisoformat(now), zone) == datetime.fromisoformat(start)


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        (LONDON, "2024-04-01T00:00:00+01:00", 23),
        (LONDON, "2024-10-28T00:00:00+00:00", 25),
        (NEW_YORK, "2024-03-11T00:00:00-04:00", 23),
        (NEW_YORK, "2024-11-04T00:00:00-05:00", 25),
    ],
)
def test_window__when_it_is_the_day_of_the_change__then_it_is_23_or_25_hours_long(
    zone: ZoneInfo, now: str, hours: int
) -> None:
    start, end = Window(days=1, skip_days=1).bounds(datetime.fromisoformat(now), zone)
    assert start is not None
    assert end - start == timedelta(hours=hours)


@given(DAYS, st.integers(1, 100), MOMENTS, st.sampled_from(ZONES))
def test_window__when_another_follows_it_without_gap__then_the_two_meet(
    recent: Window, days: int, now: datetime, zone: ZoneInfo
) -> None:
    assert recent.days is not None
    before = Window(days=days, skip_days=recent.days + recent.skip_days)
    assert before.bounds(now, zone)[1] == recent.bounds(now, zone)[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"days": 0}, {"days": 3_661}, {"hours": 0}, {"hours": 73}, {"days": 1, "hours": 1},
        {"skip_days": 1}, {"hours": 1, "skip_days": 1}, {"days": 1, "skip_days": -1},
        {"weeks": 1},
    ],
)  # fmt: skip
def test_window__when_its_fields_make_no_sense__then_it_is_refused(fields: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields, Window)


def test_window__when_the_moment_has_no_zone__then_it_is_refused() -> None:
    with pytest.raises(Invalid, match="time zone"):
        Window(days=1).bounds(datetime(2024, 1, 1), LONDON)  # noqa: DTZ001


def test_window_key__when_windows_differ__then_keys_differ() -> None:
    windows = [Window(), Window(days=6), Window(hours=6), Window(days=6, skip_days=1)]
    assert [each.key() for each in windows] == ["all", "6d", "6h", "6d+1"]
