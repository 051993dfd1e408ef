"""Readers see what the pointer names: the old or the new, never half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from marketing.conditions.types import Column, Ref
from marketing.events.intake import Taken
from marketing.kernel.errors import NotFound, Unavailable
from marketing.kernel.text import Text
from marketing.personas import queries, store
from marketing.personas.services import fold, rebuild, write_score
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor, pointer
from tests.messages import identify, track
from tests.personas.stream import messages, rows, seen
from tests.undone import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
CHURN = Text("Churn", "流失")


def overlay() -> str:
    found = pointer(queries.POINTER)
    assert found is not None
    return str(found.details["overlay"])


def test_current__when_nothing_was_built__then_it_is_unavailable_with_the_fix() -> None:
    with pytest.raises(Unavailable) as caught:
        queries.current()
    assert (caught.value.code, caught.value.fix) == (
        "no_personas", "Run `python manage.py refresh`.",
    )  # fmt: skip


def test_fold__when_it_dies_before_the_pointer_moved__then_readers_see_the_old_and_a_retry_heals(
    workspace: Workspace, send: Send
) -> None:
    send(*messages(1, NOW, 20, people=3))
    rebuild(workspace, NOW)
    before, at = rows(queries.current()), cursor("fold").position
    send(*messages(2, NOW, 6, people=4))
    with undone():  # the overlay is written, then the transaction is lost
        fold(workspace, NOW)
        written = overlay()
    assert queries.folder(written).exists()
    assert (rows(queries.current()), cursor("fold").position) == (before, at)
    assert len(fold(workspace, NOW)) == 6
    healed = rows(queries.current())
    rebuild(workspace, NOW)
    assert rows(queries.current()) == healed != before


def test_rebuild__when_it_dies_before_the_pointer_moved__then_readers_see_the_old(
    workspace: Workspace, send: Send
) -> None:
    send(*messages(1, NOW, 10, people=3))
    rebuild(workspace, NOW)
    before = rows(queries.current())
    send(*messages(2, NOW, 6, people=4))
    with undone():
        rebuild(workspace, NOW + timedelta(days=1))
    assert rows(queries.current()) == before


def test_personas__when_versions_pile_up__then_old_ones_go_and_the_pointer_s_stay(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW))
    for i in range(10):
        rebuild(workspace, NOW + timedelta(seconds=i))
    for _ in range(10):
        send(track("ann", "Course Viewed", NOW))
        fold(workspace, NOW)
    folders = [each.name for each in Path(queries.folder("")).iterdir()]
    overlays = [name for name in folders if "-overlay-" in name]
    histories = [name for name in folders if name.startswith("history-")]
    assert (len(folders), len(overlays), len(histories)) == (17, 8, 1)
    assert overlay() in overlays
    queries._layers.cache_clear()
    store.read.cache_clear()
    assert seen(queries.current(), Ref("trait", "activity_28d"), 1) == 11


@pytest.mark.parametrize("damage", ["no manifest", "bad manifest", "no array", "short array"])
def test_current__when_files_are_damaged__then_it_is_unavailable_and_a_rebuild_mends_it(
    workspace: Workspace, send: Send, damage: str
) -> None:
    send(track("ann", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    version = pointer(queries.POINTER)
    assert version is not None
    place = queries.folder(version.version)
    if damage.startswith("no"):
        (place / ("manifest.json" if "manifest" in damage else "0.npy")).unlink()
    elif damage == "bad manifest":
        (place / "manifest.json").write_text('[{"kind": "trait"')
    else:
        (place / "0.npy").write_bytes((place / "0.npy").read_bytes()[:-8])
    with pytest.raises(Unavailable) as caught:
        queries.current()
    assert caught.value.code == "personas_damaged"
    assert "python manage.py refresh" in (caught.value.fix or "")
    rebuild(workspace, NOW + timedelta(seconds=1))
    assert queries.current().size == 2


def test_write_score__when_written__then_score_and_percentile_are_columns(
    workspace: Workspace, send: Send
) -> None:
    send(*(track(f"p{i}", "Course Viewed", NOW) for i in range(1, 7)))
    rebuild(workspace, NOW)
    score, place = Ref("score", "churn"), Ref("percentile", "churn")
    with pytest.raises(NotFound):
        queries.current().column(score)
    # By ordinal; nobody is 0, the sixth was not scored, the seventh came later.
    write_score("churn", np.array([np.nan, 0.4, 0.0, 0.1, 0.2, 0.3, np.nan]), NOW, CHURN)
    send(track("p7", "Course Viewed", NOW))
    fold(workspace, NOW)
    personas = queries.current()
    assert personas.size == 8
    assert [seen(personas, score, i) for i in range(8)] == [
        None, 0.4, 0.0, 0.1, 0.2, 0.3, None, None,
    ]  # fmt: skip
    places = [seen(personas, place, i) for i in range(8)]
    assert places[1:6] == pytest.approx([1.0, 0.0, 0.25, 0.5, 0.75])
    assert [places[0], *places[6:]] == [None] * 3


def test_write_score__when_everybody_scores_the_same__then_nobody_has_a_percentile(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW), track("bob", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    write_score("churn", np.array([np.nan, 0.5, 0.5]), NOW, CHURN)
    personas = queries.current()
    assert seen(personas, Ref("score", "churn"), 1) == 0.5
    assert seen(personas, Ref("percentile", "churn"), 1) is None


def test_write_score__when_written_again__then_the_newest_is_read(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    for value in (0.25, 0.75):
        write_score("churn", np.array([np.nan, value]), NOW, CHURN)
    assert seen(queries.current(), Ref("score", "churn"), 1) == 0.75


def test_one_persona__when_read__then_it_is_the_population_s_row(
    workspace: Workspace, send: Send
) -> None:
    send(*messages(5, NOW, 30, people=4), identify("p1", NOW, push_consent=True))
    rebuild(workspace, NOW)
    personas = queries.current()
    refs = [*personas.columns, Ref("reachable", "push")]
    for ref in refs:
        column = personas.column(ref)
        values, present = np.asarray(column.values), np.asarray(column.present)
        for ordinal in range(personas.size):
            one = personas.one(ordinal).column(ref)
            assert one.present == present[ordinal]
            if one.present and column.categories is not None:
                assert one.values == column.categories[values[ordinal]]
            elif one.present:
                assert one.values == values[ordinal]


def test_one_persona__when_they_came_after_the_version__then_everything_is_missing(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Course Viewed", NOW), identify("ann", NOW, push_consent=True))
    rebuild(workspace, NOW)
    stranger = queries.current().one(99)
    for ref in (Ref("trait", "bought"), Ref("person", "exists"), Ref("reachable", "push")):
        assert stranger.column(ref) == Column(None, False)


def test_column__when_the_name_is_unknown__then_the_nearest_is_suggested(
    workspace: Workspace, send: Send
) -> None:
    rebuild(workspace, NOW)
    with pytest.raises(NotFound) as caught:
        queries.current().column(Ref("trait", "spent_cent"))
    assert caught.value.fix == "Did you mean 'spent_cents'?"


def test_current__when_read_again__then_only_the_pointers_are_asked_for(
    workspace: Workspace, send: Send, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    send(track("ann", "Course Viewed", NOW))
    rebuild(workspace, NOW)
    queries.current()
    with django_assert_num_queries(1):
        queries.current()
