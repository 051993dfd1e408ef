"""A question is a row, answered once by whoever holds its lease, and again when it is stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from marketing.kernel.errors import Invalid, NotFound, Unavailable
from recommender.insights import INSIGHTS
from tests.messages import identify, track

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
AT = datetime(2030, 1, 1, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
FUNNEL = {"steps": [{"event": "see"}, {"event": "buy"}]}


@pytest.fixture
def space(workspace: Workspace, send: Callable[..., Any]) -> Workspace:
    """Two saw, one of them bought; folded."""
    from marketing import pipeline

    hour = timedelta(hours=1)
    send(
        identify("ann", NOW, city="Rome", vip=True), identify("bob", NOW, vip=False),
        track("ann", "see", NOW - 5 * hour), track("ann", "buy", NOW - 4 * hour, price=9),
        track("bob", "see", NOW - 3 * hour),
    )  # fmt: skip
    pipeline.refresh(workspace, NOW)
    return workspace


def ask(space: Workspace, question: Any = None, *, name: str = "funnel", now: datetime = NOW,
        at: datetime = AT) -> Any:  # fmt: skip
    from recommender.asking import Asker, parse
    from recommender.asking import ask as asked

    return asked(parse(name, question or FUNNEL), Asker(now, at, space.zone))


def answer(space: Workspace, *, now: datetime = NOW, at: datetime = AT) -> int:
    from marketing import pipeline

    return pipeline.answer(space, now, at)


def people(row: Any) -> list[int]:
    row.refresh_from_db()
    return [step["people"] for step in row.result["steps"]]


def test_question__asked_twice__then_one_row_and_one_computation(space: Workspace) -> None:
    first, second = ask(space), ask(space)
    assert (first.pk, first.state) == (second.pk, "waiting")
    assert [answer(space), answer(space)] == [1, 0]
    row = ask(space)
    assert (row.pk, row.state, people(row)) == (first.pk, "answered", [2, 1])
    assert answer(space) == 0
    other = ask(space, {**FUNNEL, "within_hours": 1})
    assert other.pk != row.pk


def test_question__spelt_out_or_left_out__then_the_same_question(space: Workspace) -> None:
    full = {"steps": [{"event": "see", "where": []}, {"event": "buy"}], "within_hours": 720,
            "window": {"days": 90}, "breakdown": None}  # fmt: skip
    assert ask(space, full).pk == ask(space).pk


def test_answer__while_no_event_arrives__then_it_stays_fresh_for_the_day(space: Workspace) -> None:
    ask(space)
    answer(space)
    later = AT + timedelta(hours=5)
    assert ask(space, at=later, now=NOW + timedelta(hours=5)).state == "answered"
    assert ask(space, at=later, now=NOW + timedelta(hours=9)).state == "waiting"


def test_answer__when_events_arrive__then_stale_after_a_while_and_shown_meanwhile(
    space: Workspace, send: Callable[..., Any]
) -> None:
    from marketing import pipeline

    row = ask(space)
    answer(space)
    send(track("bob", "buy", NOW - timedelta(hours=1)))
    pipeline.drain(space, NOW)
    assert ask(space, at=AT + 14 * MINUTES).state == "answered"
    stale = ask(space, at=AT + 16 * MINUTES)
    assert (stale.state, people(row)) == ("waiting", [2, 1])
    assert answer(space, at=AT + 16 * MINUTES) == 1
    assert people(row) == [2, 2]


def test_answer__of_an_older_form__then_asked_again(space: Workspace) -> None:
    row = ask(space)
    answer(space)
    row.refresh_from_db()
    row.result = {"steps_of_old": []}
    row.save()
    assert ask(space).state == "waiting"


def test_answer__that_is_refused__then_in_both_languages_and_with_what_helps(
    space: Workspace,
) -> None:
    from recommender.asking import as_error

    row = ask(space, {"of": {"event": "see"}}, name="forecast")
    answer(space)
    row.refresh_from_db()
    # Today is never looked at, and they saw today.
    assert (row.state, row.problem["code"], row.problem["status"]) == ("refused", "no_such_events",
                                                                     409)  # fmt: skip
    assert row.problem["en"][1].startswith("Choose") and "事件" in row.problem["zh"][0]
    error = as_error(row.problem)
    assert (error.status, error.code, error.fix) == (409, "no_such_events", row.problem["en"][1])
    assert ask(space, {"of": {"event": "see"}}, name="forecast").state == "refused"


def test_answer__when_the_insight_breaks__then_failed_without_its_inside_and_tried_again(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ann@example.com")

    row = ask(space)
    with monkeypatch.context() as patched:
        patched.setattr(INSIGHTS.get("funnel"), "answer", broken)
        assert answer(space) == 1
    row.refresh_from_db()
    assert (row.state, row.problem["code"]) == ("failed", "insight_failed")
    assert "example.com" not in str(row.problem)
    assert ask(space, at=AT + 0.5 * MINUTES).state == "failed"
    assert ask(space, at=AT + 2 * MINUTES).state == "waiting"
    answer(space)
    assert people(row) == [2, 1]


def test_row__that_brought_down_three_workers__then_given_up(space: Workspace) -> None:
    row = ask(space)
    row.tries = 3
    row.save()
    assert answer(space) == 1
    row.refresh_from_db()
    assert row.state == "failed" and "three times" in row.problem["en"][0]


def test_row__that_another_answers__then_the_next_one_is_taken(space: Workspace) -> None:
    from marketing.workspace.asked import lease_of
    from marketing.workspace.leases import held

    first, second = ask(space), ask(space, {**FUNNEL, "within_hours": 1}, at=AT + MINUTES)
    with held(lease_of("insight", first.pk)):
        assert [answer(space), answer(space)] == [1, 0]
    first.refresh_from_db()
    assert first.state == "waiting" and people(second) == [2, 1]
    assert answer(space) == 1


def test_rows__longest_unasked__then_forgotten_with_their_leases(space: Workspace) -> None:
    from marketing.workspace.models import Lease
    from recommender.answering import prune
    from recommender.models import InsightAnswer

    row = ask(space)
    answer(space)
    kept = ask(space, {**FUNNEL, "within_hours": 1})
    assert prune(AT + timedelta(days=13)) == 0
    assert prune(AT + timedelta(days=15)) == 1
    assert list(InsightAnswer.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not Lease.objects.filter(name=f"insight:{row.pk}").exists()


def test_row__that_is_asked_now_and_then__then_not_forgotten(space: Workspace) -> None:
    from recommender.answering import prune

    ask(space)
    answer(space)
    assert ask(space, at=AT + timedelta(days=10)).state == "answered"
    assert prune(AT + timedelta(days=15)) == 0


def test_question__when_too_many_wait__then_refused_for_a_while(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender import asking

    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    ask(space)
    assert ask(space).state == "waiting"  # one that waits already may be asked for
    with pytest.raises(Unavailable) as error:
        ask(space, {**FUNNEL, "within_hours": 1})
    assert error.value.code == "too_many_questions"


def test_question__before_any_event__then_unavailable(workspace: Workspace) -> None:
    with pytest.raises(Unavailable) as error:
        ask(workspace)
    assert error.value.code == "no_personas"


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], "/"),
        ({}, "/"),
        ({"steps": [{"event": "a"}]}, "/steps"),
        ({"steps": [{"event": "a"}, {"event": ""}]}, "/steps/1/event"),
        ({"steps": [{"event": "a"}, {"event": "b", "where": [{"property": "p"}]}]},
         "/steps/1/where/0"),
        ({**FUNNEL, "window": {"days": 0}}, "/window"),
        ({**FUNNEL, "within_hours": "3"}, "/within_hours"),
    ],
)  # fmt: skip
def test_question__that_is_wrong__then_its_place_and_a_fix(document: object, pointer: str) -> None:
    from recommender.asking import parse

    with pytest.raises(Invalid) as error:
        parse("funnel", document)
    assert (error.value.code, error.value.pointer) == ("bad_question", pointer)
    assert error.value.fix and "`$" not in error.value.message


def test_insight__misspelt__then_the_nearest_name() -> None:
    from recommender.asking import parse

    with pytest.raises(NotFound, match="Did you mean 'funnel'"):
        parse("funel", FUNNEL)


def test_answer_command__once__then_it_answers_what_waits_and_ends(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    row = ask(space)
    call_command("answer", "--once")
    assert "1 answered" in capsys.readouterr().out
    row.refresh_from_db()
    assert row.state == "answered" and row.took_ms is not None


# --- who is told apart ------------------------------------------------------------------------


def split(space: Workspace, kind: str, name: str) -> Any:
    row = ask(space, {**FUNNEL, "breakdown": {"kind": kind, "name": name}})
    answer(space)
    row.refresh_from_db()
    return row


def groups(row: Any) -> dict[tuple[str, str], list[int]]:
    return {
        (group["kind"], group["label"]): [step["people"] for step in group["steps"]]
        for group in row.result["groups"]
    }


def test_breakdown__by_an_attribute__then_a_group_a_value(space: Workspace) -> None:
    assert groups(split(space, "attribute", "city")) == {
        ("named", "Rome"): [1, 1], ("none", ""): [1, 0],
    }  # fmt: skip
    assert groups(split(space, "attribute", "vip")) == {
        ("named", "0"): [1, 0], ("named", "1"): [1, 1],
    }  # fmt: skip


def test_breakdown__by_a_segment__then_its_members_and_the_others(space: Workspace) -> None:
    from marketing import pipeline
    from segments.models import Segment

    condition = {"version": 1, "condition": {"type": "attribute", "name": "city", "op": "eq",
                                             "value": "Rome"}}  # fmt: skip
    Segment.objects.create(key="romans", name="Romans", condition=condition)
    pipeline.refresh(space, NOW)
    row = split(space, "segment", "romans")
    assert groups(row) == {("named", "romans"): [1, 1], ("none", ""): [1, 0]}
    # Who is inside changes without an event.
    asked = {**FUNNEL, "breakdown": {"kind": "segment", "name": "romans"}}
    assert ask(space, asked, at=AT + 14 * MINUTES).state == "answered"
    assert ask(space, asked, at=AT + 16 * MINUTES).state == "waiting"


@pytest.mark.parametrize("kind", ["attribute", "segment"])
def test_breakdown__by_nothing_that_exists__then_refused_at_its_place(
    kind: str, space: Workspace
) -> None:
    row = split(space, kind, "citty")
    assert row.state == "refused"
    assert (row.problem["pointer"], row.problem["status"]) == ("/breakdown/name", 404)


def test_groups__of_ordinals_beyond_the_personas__then_in_none() -> None:
    from recommender.insights import Groups

    groups = Groups(np.array([-1, 0], np.int32), ("a",))
    assert groups.of(np.array([1, 0, 7])).tolist() == [0, -1, -1]


# --- what may be asked about --------------------------------------------------------------


def test_event_list__when_looked_at__then_names_counts_and_properties(space: Workspace) -> None:
    from recommender import event_list

    assert event_list.current() is None
    assert answer(space) == 0  # nothing waits: the list is made instead
    found = event_list.current()
    assert found is not None
    assert [(each.name, each.count) for each in found.events] == [("see", 2), ("buy", 1)]
    assert found.numbers() == ["price"]


def test_event_list__when_events_arrive__then_looked_at_again_but_not_all_the_time(
    space: Workspace, send: Callable[..., Any]
) -> None:
    from marketing import pipeline
    from recommender import event_list

    assert event_list.refresh(NOW, AT)
    assert not event_list.refresh(NOW, AT + timedelta(hours=1))
    send(track("bob", "learn", NOW, topic="algebra"))
    pipeline.drain(space, NOW)
    assert not event_list.refresh(NOW, AT + 9 * MINUTES)
    assert event_list.refresh(NOW, AT + 11 * MINUTES)
    found = event_list.current()
    assert found is not None and "learn" in found.names()
    assert "topic" in found.properties() and "topic" not in found.numbers()
