"""A subscription is what its facts come to, in whatever order they were heard."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from marketing.conditions.types import Ref
from marketing.events.intake import Taken
from marketing.kernel.moments import microseconds
from marketing.people.labels import give, take
from marketing.people.models import Label, LabelGiven
from marketing.people.queries import by_external_id
from marketing.people.subscriptions import (
    CANCELLED,
    REFUNDED,
    RENEWED,
    STARTED,
    Fact,
    State,
    fold,
)
from marketing.personas import queries
from marketing.personas.services import fold as fold_personas
from marketing.personas.services import rebuild
from marketing.workspace.models import Workspace
from tests.messages import track
from tests.personas.stream import seen

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
GRACE = timedelta(days=7)
Send = Callable[..., Taken]


def fact(name: str, day: int, **properties: object) -> Fact:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Fact(f"{name}-{day}", microseconds(at), name, properties)


def on(day: int) -> str:
    return (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)).isoformat()


def state(facts: list[Fact], day: float) -> State | None:
    return fold(facts).state(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day), GRACE)


YEARLY = fact(STARTED, 10, plan="yearly", trial_ends_at=on(17), renews_at=on(40))


@pytest.mark.parametrize(
    ("further", "day", "wanted"),
    [
        ([], 9, None),
        ([], 10, State.TRIAL),
        ([], 16.9, State.TRIAL),
        ([], 17, State.ACTIVE),
        ([], 40, State.GRACE),
        ([], 46.9, State.GRACE),
        ([], 47, State.ENDED),
        ([fact(RENEWED, 41, renews_at=on(70))], 50, State.ACTIVE),
        ([fact(CANCELLED, 20, ends_at=on(40))], 39, State.CANCELLED),
        ([fact(CANCELLED, 20, ends_at=on(40))], 40, State.ENDED),
        ([fact(CANCELLED, 20)], 39, State.CANCELLED),
        ([fact(CANCELLED, 20), fact(RENEWED, 30, renews_at=on(70))], 50, State.ACTIVE),
        ([fact(REFUNDED, 12, plan="yearly")], 13, State.REFUNDED),
        ([fact(REFUNDED, 12, content="a course")], 18, State.ACTIVE),
        ([fact(STARTED, 60, plan="monthly")], 61, State.ACTIVE),
    ],
)
def test_state__when_facts_are_known__then_it_is_what_they_come_to(
    further: list[Fact], day: float, wanted: State | None
) -> None:
    assert state([YEARLY, *further], day) == wanted


@pytest.mark.parametrize("seed", range(20))
def test_fold__when_facts_come_in_any_order_and_twice__then_the_terms_are_the_same(
    seed: int,
) -> None:
    facts = [YEARLY, fact(RENEWED, 39, renews_at=on(80)), fact(CANCELLED, 50, ends_at=on(80)),
             fact(RENEWED, 79, plan="monthly", renews_at=on(110))]  # fmt: skip
    shuffled = [*facts, *facts]
    random.Random(seed).shuffle(shuffled)
    assert fold(shuffled) == fold(facts)
    assert fold(facts).plan == "monthly"


@pytest.mark.parametrize("said", ["soon", 5, [], None, {"a": 1}])
def test_fold__when_a_moment_is_no_moment__then_it_is_unknown(said: object) -> None:
    assert fold([fact(STARTED, 1, renews_at=said)]).renews_at is None


@pytest.mark.django_db
def test_subscription__when_events_are_folded__then_it_is_a_persona_column(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", STARTED, NOW - timedelta(days=30), plan="yearly",
               renews_at=(NOW + timedelta(days=5)).isoformat()))  # fmt: skip
    rebuild(workspace, NOW)
    ann = by_external_id("ann").pk
    names = ("state", "plan", "days_to_renewal", "days_since_start", "days_to_end")
    columns = {name: seen(queries.current(), Ref("subscription", name), ann) for name in names}
    assert columns == {"state": "active", "plan": "yearly", "days_to_renewal": 5.0,
                       "days_since_start": 30.0, "days_to_end": None}  # fmt: skip
    send(track("ann", CANCELLED, NOW, ends_at=(NOW + timedelta(days=9)).isoformat()))
    fold_personas(workspace, NOW)
    assert seen(queries.current(), Ref("subscription", "state"), ann) == "cancelled"
    assert seen(queries.current(), Ref("subscription", "days_to_end"), ann) == 9.0


@pytest.mark.django_db
def test_subscription__when_a_visitor_becomes_a_user__then_it_goes_along(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW))
    send(track(None, STARTED, NOW, anonymous="visitor", plan="monthly"))
    rebuild(workspace, NOW)
    send(track("ann", "Course Viewed", NOW, anonymous="visitor"))
    fold_personas(workspace, NOW)
    assert seen(queries.current(), Ref("subscription", "plan"), by_external_id("ann").pk) == (
        "monthly"
    )


@pytest.mark.django_db
def test_label__when_given_by_a_rule_and_by_hand__then_each_source_takes_only_its_own(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW), track("bob", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    ann, bob = by_external_id("ann").pk, by_external_id("bob").pk
    label = Label.objects.create(key="interests", name="Interests", name_zh="兴趣")
    manual, rule = LabelGiven.Source.MANUAL, LabelGiven.Source.RULE
    give(label, [ann], NOW, source=manual, given_by="li", value="python")
    give(label, [ann, bob], NOW, source=rule, given_by="segment", value="python")
    give(label, [ann], NOW, source=rule, given_by="segment", value="写作")
    held = Ref("label", "interests")
    assert seen(queries.current(), held, ann) == '["python","写作"]'
    assert take(label, [ann, bob], source=rule, value="python") == 1
    assert (seen(queries.current(), held, ann), seen(queries.current(), held, bob)) == (
        '["python","写作"]', None,
    )  # fmt: skip
