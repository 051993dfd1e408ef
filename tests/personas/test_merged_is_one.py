"""The law of merges: two names that turn out to be one person are as if they always were."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketing.conditions.criteria.subscription import FIELDS
from marketing.conditions.types import Ref
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.personas import queries
from marketing.personas.models import Trait
from marketing.personas.services import fold, rebuild
from marketing.personas.types import Personas
from marketing.workspace.models import Workspace
from tests.messages import identify, track
from tests.personas.stream import ATTRIBUTES, seen

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
EVENTS = ("Course Viewed", "Lesson Completed", "Order Completed", "Assessment Submitted")
PLANS = ("Subscription Started", "Subscription Renewed", "Subscription Cancelled")
FURTHER = {
    "gap": {"function": "longest_gap"},
    "run": {"function": "longest_streak"},
    "usual": {"function": "mode", "property": "content"},
    "earliest": {"function": "first", "property": "content"},
    "came_back": {"function": "sequence", "then_events": "Order Completed"},
    "reached": {"function": "funnel_step", "further_steps": "Lesson Completed\nOrder Completed"},
}


@pytest.mark.parametrize("seed", range(12))
def test_merged__whenever_it_was_found_out__then_every_column_is_that_of_who_was_always_one(
    workspace: Workspace, send: Send, seed: int
) -> None:
    dice = random.Random(seed)
    for key, more in FURTHER.items():
        Trait.objects.create(key=key, name=key, events="Course Viewed", **more)
    send(track("always", "Installed", NOW - timedelta(days=200)))
    send(track(None, "Installed", NOW - timedelta(days=200), anonymous="visitor"))
    lives = list(_told(dice))
    found_out = track("later", "Installed", NOW - timedelta(days=199), anonymous="visitor")
    parts = [lives[:10], lives[10:20], lives[20:]]
    known = dice.randrange(1, 3)
    for i, part in enumerate(parts):
        send(*(message for both in part for message in both))
        if i == known:
            send(found_out, track("always", "Installed", NOW - timedelta(days=199)))
        if i == 0:
            rebuild(workspace, NOW)
        elif dice.random() < 0.5:
            archive(NOW)
        fold(workspace, NOW)
        if i >= known:
            _are_alike(queries.current())
    rebuild(workspace, NOW)
    _are_alike(queries.current())


def _told(dice: random.Random) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The same of both: by who is always one, and under either of the other's names.

    No two things happen at one moment: of these the message's id would decide.
    """
    for ago_s in dice.sample(range(150 * 86_400), 30):
        at = NOW - timedelta(seconds=ago_s)
        user, anonymous = dice.choice([("later", None), (None, "visitor")])
        if dice.random() < 0.2:
            name = dice.choice(sorted(ATTRIBUTES))
            said = {name: dice.choice(ATTRIBUTES[name])}
            yield identify("always", at, **said), identify(user, at, anonymous=anonymous, **said)
        else:
            event, read = _happened(dice, at)
            yield (track("always", event, at, **read),
                   track(user, event, at, anonymous=anonymous, **read))  # fmt: skip


def _happened(dice: random.Random, at: datetime) -> tuple[str, dict[str, Any]]:
    if dice.random() < 0.2:
        renews_at = (at + timedelta(days=dice.choice([7, 30, 300]))).isoformat()
        return dice.choice(PLANS), {"plan": dice.choice("ab"), "renews_at": renews_at}
    return dice.choice(EVENTS), {
        "content": dice.choice(["algebra", "poetry"]), "price_cents": dice.randrange(1_000),
        "score": dice.choice([55, 91.25, None]), "days_late": dice.choice([0, 3]),
    }  # fmt: skip


def _are_alike(personas: Personas) -> None:
    asked = [*personas.columns, *(Ref("subscription", field) for field in FIELDS)]
    always, merged = ({ref: seen(personas, ref, i) for ref in asked} for i in (1, 2))
    assert merged == always
    assert personas.exists[:3].tolist() == [False, True, True]
    assert not personas.exists[3:].any()
