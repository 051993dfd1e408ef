"""As of a moment of the past: what was said and done by then, and nothing that came later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from marketing.conditions.types import Ref, TraitSpec
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.kernel.errors import NotFound
from marketing.kernel.windows import Window
from marketing.people.queries import by_external_id
from marketing.people.subscriptions import CANCELLED, RENEWED, STARTED
from marketing.personas import past, queries
from marketing.personas.services import rebuild
from marketing.personas.shipped import ACTIVITY
from marketing.personas.types import Personas
from marketing.workspace.models import Workspace
from tests.messages import identify, track
from tests.personas.stream import ATTRIBUTES, messages, seen
from tests.undone import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
SPECS = {
    "active_30": TraitSpec(function="count", events=tuple(ACTIVITY), window=Window(days=30)),
    "ever": TraitSpec(function="count", events=tuple(ACTIVITY)),
}
KINDS = ("attribute", "trait", "person")


def shown(personas: Personas, names: list[str]) -> dict[tuple[str, str], object]:
    """By person and column what each had, None where it is missing."""
    known = {name: by_external_id(name).pk for name in names}
    return {
        (name, f"{ref.kind}:{ref.name}"): value
        for ref in personas.columns
        if ref.kind in KINDS
        for name, ordinal in known.items()
        if (value := seen(personas, ref, ordinal)) is not None
    }


@pytest.mark.parametrize(
    ("seed", "days", "archived"), [(1, 0, True), (2, 3, False), (3, 31, True), (4, 60, True)]
)
def test_past__when_the_same_moment_was_the_present__then_it_is_what_the_personas_were(
    seed: int, days: int, archived: bool, workspace: Workspace, send: Send
) -> None:
    moment = NOW - timedelta(days=days)
    stream = messages(seed, NOW, 60, people=4)
    by_then = [each for each in stream if datetime.fromisoformat(each["timestamp"]) <= moment]
    people = sorted({each["userId"] for each in by_then})
    with undone():
        send(*by_then, now=moment)
        rebuild(workspace, moment, SPECS)
        current = queries.current()
        was = {key: value for key, value in shown(current, people).items()
               if not key[1].startswith("trait:") or key[1][6:] in SPECS}  # fmt: skip
    send(*stream)
    if archived:
        archive(NOW)
    rebuild(workspace, NOW, SPECS)
    found = past.as_of(workspace, moment, SPECS)
    assert shown(found, people) == was
    assert found.exists.sum() == len(people)


def test_past__when_something_is_said_anew__then_the_old_value_is_found_at_the_old_moment(
    workspace: Workspace, send: Send
) -> None:
    days = [NOW - timedelta(days=ago) for ago in (30, 20, 10)]
    send(
        *(identify("ann", at, city=city) for at, city in zip(days, ATTRIBUTES["city"], strict=True))
    )
    send(track("ann", "Order Completed", NOW))
    rebuild(workspace, NOW)
    ann, city = by_external_id("ann").pk, Ref("attribute", "city")
    found = [seen(past.as_of(workspace, at + timedelta(hours=1), {}), city, ann) for at in days]
    assert found == ATTRIBUTES["city"]
    assert not past.as_of(workspace, days[0] - timedelta(hours=1), {}).exists[ann]


def test_past__when_asked_for_a_score__then_it_says_that_there_is_none(
    workspace: Workspace, send: Send
) -> None:
    send(identify("ann", NOW, city="Paris"))
    rebuild(workspace, NOW)
    with pytest.raises(NotFound):
        past.as_of(workspace, NOW, {}).column(Ref("score", "churn"))


def test_past__when_a_subscription_changed_since__then_it_is_what_was_known_by_then(
    workspace: Workspace, send: Send
) -> None:
    start, renewal, end = (NOW - timedelta(days=ago) for ago in (40, 10, 2))
    send(
        track("ann", STARTED, start, plan="monthly", renews_at=renewal.isoformat()),
        track("ann", RENEWED, renewal, plan="yearly", renews_at=(NOW + timedelta(365)).isoformat()),
        track("ann", CANCELLED, end, ends_at=(NOW - timedelta(days=1)).isoformat()),
        track("bob", STARTED, NOW - timedelta(days=1), plan="monthly"),
    )
    rebuild(workspace, NOW)
    names = [by_external_id("ann").pk, by_external_id("bob").pk]
    days = (41, 39, 5, 2, 0)
    found = {}
    for ago in days:
        personas = past.as_of(workspace, NOW - timedelta(days=ago), {})
        found[ago] = [
            (seen(personas, Ref("subscription", "state"), each),
             seen(personas, Ref("subscription", "plan"), each))
            for each in names
        ]  # fmt: skip
    nothing = (None, None)
    assert found == {
        41: [nothing, nothing],
        39: [("active", "monthly"), nothing],
        5: [("active", "yearly"), nothing],
        2: [("cancelled", "yearly"), nothing],
        0: [("ended", "yearly"), ("active", "monthly")],
    }
    # The present moment's are those that the personas have.
    current = queries.current()
    for field, at in (("state", 0), ("plan", 1)):
        assert [seen(current, Ref("subscription", field), each) for each in names] == [
            each[at] for each in found[0]
        ]
    days_left = seen(
        past.as_of(workspace, NOW - timedelta(days=39), {}),
        Ref("subscription", "days_to_renewal"),
        names[0],
    )
    assert days_left == 29
