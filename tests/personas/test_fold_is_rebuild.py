"""The law: a rebuild and then folds of what came since are a rebuild of everything."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from marketing.conditions.types import Ref
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.personas import queries
from marketing.personas.services import fold, rebuild
from marketing.personas.shipped import SHIPPED
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from tests.messages import identify, track
from tests.personas.stream import messages, rows, seen

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


@pytest.mark.parametrize("seed", range(3))
def test_fold__when_events_come_after_a_rebuild__then_personas_are_as_rebuilt_from_scratch(
    workspace: Workspace, send: Send, seed: int
) -> None:
    chance = random.Random(seed)
    send(*messages(seed, NOW, 30, people=3))
    rebuild(workspace, NOW)
    for part in range(1, 4):  # new people, late events, things said anew
        if chance.random() < 0.5:
            archive(NOW)
        send(*messages(100 * seed + part, NOW, 8, people=3 + part))
        assert len(fold(workspace, NOW)) == 8
    folded = rows(queries.current())
    rebuild(workspace, NOW)
    assert rows(queries.current()) == folded
    assert {ref.name for ref in folded if ref.kind == "attribute"} == {"age", "city", "vip"}


def test_fold__when_a_column_is_first_said_by_fresh_people__then_the_others_miss_it(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    send(identify("bob", NOW, city="上海", age=3))
    fold(workspace, NOW)
    personas = queries.current()
    assert [seen(personas, Ref("attribute", "city"), i) for i in (1, 2)] == [None, "上海"]
    assert [seen(personas, Ref("attribute", "age"), i) for i in (1, 2)] == [None, 3.0]
    assert np.flatnonzero(personas.exists).tolist() == [1, 2]


def test_fold__when_an_hour_has_passed__then_everybody_is_as_of_now(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW), track("bob", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    later = NOW + timedelta(days=2)
    send(track("ann", "Course Withdrawn", later), now=later)
    fold(workspace, later)
    days = Ref("trait", "days_since_active")
    assert [seen(queries.current(), days, i) for i in (1, 2)] == [2, 2]


def test_fold__when_there_is_nothing_new__then_nothing_moves(
    workspace: Workspace, send: Send
) -> None:
    assert fold(workspace, NOW) == ()  # and no personas yet
    send(track("ann", "Course Viewed", NOW))
    assert fold(workspace, NOW) == ()  # the first rebuild takes it in
    assert rebuild(workspace, NOW) == 1
    before = queries.current().version, cursor("fold").position
    assert fold(workspace, NOW) == ()
    assert (queries.current().version, cursor("fold").position) == before


def test_fold__when_it_answers__then_with_the_fresh_events_in_log_order(
    workspace: Workspace, send: Send
) -> None:
    rebuild(workspace, NOW)
    send(track("ann", "B", NOW), track("bob", "A", NOW - timedelta(days=1)))
    assert [row.name for row in fold(workspace, NOW)] == ["B", "A"]


def test_rebuild__when_there_are_no_events__then_nobody_exists(workspace: Workspace) -> None:
    assert rebuild(workspace, NOW) == 0
    personas = queries.current()
    assert (personas.size, personas.exists.tolist()) == (1, [False])
    assert set(personas.names("trait")) == set(SHIPPED)


def test_rebuild__when_people_were_merged__then_only_the_older_exists_with_all_events(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Order Completed", NOW, price_cents=5))
    send(track(None, "Order Completed", NOW, anonymous="x", price_cents=7))
    send(track("ann", "Order Completed", NOW, anonymous="x", price_cents=11))
    rebuild(workspace, NOW)
    personas = queries.current()
    assert personas.exists.tolist() == [False, True, False]
    spent, bought = Ref("trait", "spent_cents"), Ref("trait", "bought")
    assert (seen(personas, spent, 1), seen(personas, bought, 1)) == (23.0, 3.0)
