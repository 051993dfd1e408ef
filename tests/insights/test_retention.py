"""Retention against a plain loop over everybody's local dates, and against a case by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.streams import Said
from tests.insights.ask import ask

NOW = datetime(2024, 11, 6, 14, tzinfo=UTC)  # a Wednesday; New York's clocks changed on the 3rd
NEW_YORK = ZoneInfo("America/New_York")
laws = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def said(person: int, event: str, text: str) -> Said:
    return Said(person, event, datetime.fromisoformat(text).replace(tzinfo=UTC), {})


def by_day(**more: Any) -> dict[str, Any]:
    return {"start": {"event": "join"}, "back": {"event": "learn"}, "by": "day", "cohorts": 4,
            "periods": 3, **more}  # fmt: skip


def cells(answer: Any) -> list[tuple[int | None, ...]]:
    return [cohort.returned for cohort in answer.cohorts]


def sizes(answer: Any) -> list[int]:
    return [cohort.size for cohort in answer.cohorts]


HAND = [
    said(1, "join", "2024-11-03T10:00"), said(1, "learn", "2024-11-03T11:00"),
    said(1, "learn", "2024-11-05T09:00"),
    said(2, "learn", "2024-11-03T08:00"), said(2, "join", "2024-11-03T09:00"),
    said(2, "learn", "2024-11-04T09:00"), said(2, "join", "2024-11-05T09:00"),
    said(2, "learn", "2024-11-06T09:00"),
    said(3, "join", "2024-11-05T09:00"), said(4, "join", "2024-11-06T09:00"),
    said(5, "join", "2024-10-01T09:00"), said(5, "join", "2024-11-04T09:00"),
]  # fmt: skip


def test_retention__when_worked_by_hand__then_running_periods_are_none_and_not_zero() -> None:
    answer = ask("retention", by_day(), HAND, NOW)
    assert [cohort.first_day for cohort in answer.cohorts] == [
        date(2024, 11, 3), date(2024, 11, 4), date(2024, 11, 5), date(2024, 11, 6),
    ]  # fmt: skip
    assert sizes(answer) == [2, 0, 1, 1]  # 5 joined in October
    assert cells(answer) == [
        (1, 1, 1, None), (0, 0, None, None), (0, None, None, None), (None,) * 4,
    ]  # fmt: skip
    assert [cohort.is_over for cohort in answer.cohorts] == [True, True, True, False]
    assert answer.overall == (1 / 3, 1 / 2, 1 / 2, None)


def test_retention__unbounded__then_who_comes_later_has_not_left() -> None:
    answer = ask("retention", by_day(counts="on_or_after"), HAND, NOW)
    assert cells(answer)[0] == (2, 2, 2, None)


def test_retention__by_each_period__then_a_person_is_in_every_cohort_they_joined() -> None:
    answer = ask("retention", by_day(enter="each"), HAND, NOW)
    assert sizes(answer) == [2, 1, 2, 1]
    # 2 joined again on the 5th and came back on the 6th, which is not over.
    assert cells(answer) == [
        (1, 1, 1, None), (0, 0, None, None), (0, None, None, None), (None,) * 4,
    ]  # fmt: skip


def test_retention__without_a_returning_event__then_the_entry_itself_is_no_return() -> None:
    stream = [said(1, "join", "2024-11-03T10:00"), said(2, "join", "2024-11-03T10:00"),
              said(2, "join", "2024-11-03T12:00")]  # fmt: skip
    answer = ask("retention", by_day(back=None), stream, NOW)
    assert cells(answer)[0][0] == 1


def test_retention__when_the_clocks_change__then_the_long_day_is_one_day() -> None:
    # 3 November has 25 hours in New York: from 04:00 UTC to 05:00 UTC of the next day.
    stream = [
        said(1, "join", "2024-11-03T04:00"), said(1, "learn", "2024-11-04T04:59:59"),
        said(2, "join", "2024-11-03T03:59:59"), said(2, "learn", "2024-11-04T05:00"),
    ]  # fmt: skip
    answer = ask("retention", by_day(cohorts=5), stream, NOW, zone=NEW_YORK)
    assert sizes(answer) == [1, 1, 0, 0, 0]
    assert cells(answer)[0][:3] == (0, 0, 1)
    assert cells(answer)[1][:2] == (1, 0)


# --- against a plain loop over local dates ----------------------------------------------------


def index(day: date, by: str) -> int:
    """Counts periods: days, weeks from Monday, months."""
    if by == "month":
        return day.year * 12 + day.month
    return day.toordinal() if by == "day" else (day.toordinal() - 1) // 7


def plainly(stream: Sequence[Said], asked: dict[str, Any], zone: ZoneInfo) -> Any:
    """(sizes, cells)."""
    now = index(NOW.astimezone(zone).date(), asked["by"])
    first, n = now - asked["cohorts"] + 1, asked["cohorts"]
    size, back = [0] * n, [[0] * (asked["periods"] + 1) for _ in range(n)]
    for person in {each.person for each in stream}:
        own = sorted((e for e in stream if e.person == person), key=lambda e: e.at)
        joined = [e.at for e in own if e.name == "join"]
        learned = [e.at for e in own if e.name == "learn"]
        place = {at: index(at.astimezone(zone).date(), asked["by"]) for at in [*joined, *learned]}
        entries: dict[int, datetime] = {}
        for at in joined:
            entries.setdefault(place[at], at)
        if asked["enter"] == "first":
            entries = {place[joined[0]]: joined[0]} if joined else {}
        for period, entered in entries.items():
            if period < first:
                continue
            size[period - first] += 1
            later = [place[at] - period for at in learned if at > entered]
            for k in range(asked["periods"] + 1):
                exactly = asked["counts"] == "in_period"
                came = k in later if exactly else any(each >= k for each in later)
                back[period - first][k] += came
    return size, [
        tuple(v if first + c + k < now else None for k, v in enumerate(row))
        for c, row in enumerate(back)
    ]


STREAMS = st.lists(
    st.builds(
        lambda person, event, hours, shift: Said(
            person, event, NOW - timedelta(hours=hours, microseconds=shift), {}
        ),
        st.integers(1, 4), st.sampled_from(["join", "learn"]),
        st.integers(0, 24 * 12) | st.integers(0, 24 * 100), st.integers(0, 1),
    ),
    max_size=24,
)  # fmt: skip
QUESTIONS = st.fixed_dictionaries(
    {
        "start": st.just({"event": "join"}), "back": st.just({"event": "learn"}),
        "by": st.sampled_from(["day", "week", "month"]),
        "enter": st.sampled_from(["first", "each"]),
        "counts": st.sampled_from(["in_period", "on_or_after"]),
        "cohorts": st.integers(2, 6), "periods": st.integers(1, 5),
    }
)  # fmt: skip


@laws
@given(stream=STREAMS, asked=QUESTIONS,
       zone=st.sampled_from([ZoneInfo("UTC"), NEW_YORK, ZoneInfo("Asia/Kolkata")]))  # fmt: skip
def test_retention__then_it_is_what_a_loop_over_local_dates_says(
    stream: list[Said], asked: dict[str, Any], zone: ZoneInfo, connection: Any
) -> None:
    answer = ask("retention", asked, stream, NOW, zone=zone, connection=connection)
    assert (sizes(answer), cells(answer)) == plainly(stream, asked, zone)


@laws
@given(stream=STREAMS, asked=QUESTIONS)
def test_retention__unbounded__then_it_never_rises_and_never_is_below_the_period_s_own(
    stream: list[Said], asked: dict[str, Any], connection: Any
) -> None:
    both = [
        ask("retention", {**asked, "counts": counts}, stream, NOW, connection=connection)
        for counts in ("in_period", "on_or_after")
    ]
    for exact, later in zip(*map(cells, both), strict=True):
        known = [each for each in later if each is not None]
        assert known == sorted(known, reverse=True)
        assert all((a or 0) <= (b or 0) for a, b in zip(exact, later, strict=True))


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_retention__without_anybody__then_sizes_are_zero_and_shares_unknown(by: str) -> None:
    answer = ask("retention", by_day(by=by), [], NOW)
    assert sizes(answer) == [0] * 4 and answer.entered == 0
    assert answer.overall == (None,) * 4
