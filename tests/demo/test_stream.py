"""The history of the demo: its order, its cut, and what it says of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from marketing.demo import assigned, stream
from marketing.demo.rows import Message
from marketing.demo.shipped import open_table
from marketing.kernel.errors import Invalid

UNTIL = datetime(2014, 12, 1, tzinfo=UTC)

Days = list[tuple[date, list[Message]]]


@pytest.fixture(scope="module")
def everything() -> list[Message]:
    return [m for _, day in stream.days(datetime(2016, 12, 1, tzinfo=UTC)) for m in day]


@pytest.fixture(scope="module")
def history() -> Days:
    return list(stream.days(UNTIL))


@pytest.fixture(scope="module")
def messages(history: Days) -> list[Message]:
    return [message for _, day in history for message in day]


def properties(message: Message) -> dict[str, object]:
    found = message["properties"]
    assert isinstance(found, dict)
    return found


def moment(message: Message) -> datetime:
    return datetime.fromisoformat(str(message["timestamp"]))


def test_days__when_until_has_no_zone__then_is_invalid() -> None:
    with pytest.raises(Invalid):
        stream.days(datetime(2014, 12, 1))  # noqa: DTZ001 - the fault under test


def test_days__when_read__then_are_in_order_and_hold_their_own_moments(history: Days) -> None:
    days = [day for day, _ in history]
    assert days == sorted(set(days))
    for day, held in history:
        moments = [moment(message) for message in held]
        assert moments == sorted(moments)
        assert {at.date() for at in moments} == {day}


def test_messages__when_read__then_have_unique_short_ids(messages: list[Message]) -> None:
    ids = [str(message["messageId"]) for message in messages]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids)) <= 64


@pytest.mark.parametrize(
    "until",
    [
        datetime(2013, 10, 4, 13, 30, tzinfo=UTC),
        datetime(2013, 10, 4, 21, 30, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_days__when_cut__then_are_the_whole_history_before_the_cut(
    until: datetime, messages: list[Message]
) -> None:
    cut = [message for _, day in stream.days(until) for message in day]
    assert cut == [message for message in messages if moment(message) < until]


def test_days__when_cut_at_the_demo_clock__then_hold_nothing_later(
    messages: list[Message], everything: list[Message]
) -> None:
    assert max(map(moment, messages)) < UNTIL
    assert messages == [message for message in everything if moment(message) < UNTIL]


def test_person__when_first_seen__then_is_identified_once_and_first(
    messages: list[Message],
) -> None:
    seen: set[object] = set()
    for message in messages:
        assert (message["type"] == "identify") == (message["userId"] not in seen)
        seen.add(message["userId"])


def test_all_messages__when_nothing_is_cut__then_are_the_published_counts(
    everything: list[Message],
) -> None:
    events = Counter(str(m.get("event", m["type"])) for m in everything)
    assert events == {
        "identify": 30_785,
        "Course Enrolled": 32_593 + 45_386,
        "Course Withdrawn": 10_072,
        "Assessment Submitted": 173_912,
    }


def test_learner__when_replayed__then_keeps_the_true_order(messages: list[Message]) -> None:
    table = open_table("mooccube_enrolments").to_pydict()
    true: defaultdict[str, list[object]] = defaultdict(list)
    for learner, course in zip(table["learner"], table["course"], strict=True):
        true[f"mc-{learner:04d}"].append(course)
    replayed: defaultdict[str, list[object]] = defaultdict(list)
    for message in messages:
        if message["type"] == "track" and str(message["userId"]).startswith("mc-"):
            assert properties(message)["date_assigned"] is True
            replayed[str(message["userId"])].append(properties(message)["content"])
    assert replayed == true


def test_withdrawal__when_on_the_day_of_a_submission__then_comes_later(
    messages: list[Message],
) -> None:
    withdrawn: dict[tuple[object, ...], datetime] = {}
    submitted: list[tuple[tuple[object, ...], datetime]] = []
    for message in messages:
        if message["type"] == "track" and "presentation" in properties(message):
            held, at = properties(message), moment(message)
            key = (message["userId"], held["content"], held["presentation"], at.date())
            if message["event"] == "Course Withdrawn":
                withdrawn[key] = at
            elif message["event"] == "Assessment Submitted":
                submitted.append((key, at))
    pairs = [(at, withdrawn[key]) for key, at in submitted if key in withdrawn]
    assert pairs
    assert all(submission < withdrawal for submission, withdrawal in pairs)


def test_enrolments__when_the_source_has_no_date__then_are_marked(
    everything: list[Message],
) -> None:
    enrolled = [properties(m) for m in everything if m.get("event") == "Course Enrolled"]
    assert sum("date_assigned" in held for held in enrolled) == 45 + 45_386
    assert sum("withdrawal_undated" in held for held in enrolled) == 93


@pytest.mark.parametrize(
    ("trait", "share"),
    [
        ("push_consent", assigned.PUSH_CONSENT_SHARE),
        ("inbox_consent", assigned.INBOX_CONSENT_SHARE),
        ("reachable_push", assigned.PUSH_REACHABLE_SHARE),
    ],
)
def test_assigned_trait__when_spread_over_people__then_has_its_share(
    trait: str, share: float
) -> None:
    given = sum(bool(assigned.reach(f"ou-{student}")[trait]) for student in range(20_000))
    # Five standard errors of a share of 20,000.
    assert abs(given / 20_000 - share) < 5 * (share * (1 - share) / 20_000) ** 0.5
