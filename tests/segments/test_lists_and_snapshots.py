"""Lists and snapshots: who is put in stays in, whatever people do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Decision
from marketing import pipeline
from marketing.kernel.errors import Conflict, Invalid, TooLarge
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.workspace.models import Workspace
from segments import lists, queries, services, snapshots
from segments.models import ListChange, Segment
from tests.campaigns.stage import draft, everybody
from tests.messages import identify
from tests.people.forgetting import forgotten
from tests.segments.town import members

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Any]
VIP = Text("VIP", "贵宾")


@pytest.fixture
def club(workspace: Workspace, send: Send) -> Workspace:
    """Ann, Bob and Cleo, in the personas."""
    send(*(identify(name, NOW, city="Rome") for name in ("ann", "bob", "cleo")))
    pipeline.refresh(workspace, NOW)
    return workspace


def ids(*names: str) -> set[int]:
    return {by_external_id(name).pk for name in names}


def work(workspace: Workspace, now: datetime = NOW) -> None:
    while pipeline.answer(workspace, now, datetime.now(UTC)):
        pass


def test_list__when_replaced__then_it_says_who_entered_who_left_and_how_many_are_unknown(
    club: Workspace,
) -> None:
    vip = lists.create("vip", VIP)
    first = lists.replace(vip, ["ann", "bob", " bob ", "", "nobody"], NOW)
    assert (first.given, first.unknown, first.size) == (3, 1, 2)
    second = lists.replace(vip, ["bob", "cleo"], NOW + timedelta(minutes=1))
    assert (second.entered, second.left, second.unknown) == (1, 1, 0)
    newest = vip.versions.first()
    assert newest is not None
    assert (set(newest.entered), set(newest.left)) == (ids("cleo"), ids("ann"))
    assert not Person.objects.filter(key__contains="nobody").exists()


def test_list__when_added_to_and_taken_from__then_only_these_move(club: Workspace) -> None:
    vip = lists.create("vip", VIP)
    lists.replace(vip, ["ann"], NOW)
    assert lists.add(vip, ["ann", "bob"], NOW).entered == 1
    assert members("vip") == ids("ann", "bob")
    assert lists.remove(vip, ["ann", "cleo"], NOW).left == 1
    assert members("vip") == ids("bob")


def test_list__when_everybody_is_refreshed__then_it_stays_and_conditions_read_it(
    club: Workspace,
) -> None:
    vip = lists.create("vip", VIP)
    inside = {"type": "segment", "name": "vip"}
    Segment.objects.create(key="not-vip", name="N", condition={"version": 2, "condition": {
        "not": inside}})  # fmt: skip
    lists.replace(vip, ["ann"], NOW)
    services.follow(NOW)
    assert members("not-vip") == ids("bob", "cleo")
    lists.add(vip, ["bob"], NOW)
    services.follow(NOW)  # within seconds: the drain does it
    assert members("not-vip") == ids("cleo")
    services.refresh_now(NOW + timedelta(days=1))
    assert members("vip") == ids("ann", "bob")
    personas = queries.with_segments(personas_queries.current())
    told = queries.why(vip, personas, by_external_id("ann").pk, "zh")
    assert [each.sentence for each in told] == ["在外部提供的名单中"]


def test_list__when_no_condition_refers_to_it__then_nobody_is_evaluated_anew(
    club: Workspace,
) -> None:
    vip = lists.create("vip", VIP)
    lists.replace(vip, ["ann"], NOW)
    Segment.objects.create(key="all", name="A", condition=everybody())
    services.follow(NOW)
    lists.add(vip, ["bob"], NOW)
    assert all(each.is_evaluated for each in Segment.objects.all())
    kept = snapshots.take(vip, "then", VIP, NOW)
    assert Segment.objects.get(pk=kept.pk).is_evaluated


def test_list_change__when_a_worker_made_it__then_campaigns_on_entering_have_decided(
    club: Workspace,
) -> None:
    from campaigns.launching import launch

    vip = lists.create("vip", VIP)
    lists.replace(vip, ["ann"], NOW)
    launch(draft("welcome", occasion="transition", segment_key="vip", audience=everybody()),
           club, NOW + timedelta(seconds=30))  # fmt: skip
    row = lists.ask(vip, "add", ["ann", "bob", "x"], datetime.now(UTC), "operator", "vip.csv")
    assert row.ids == ["ann", "bob", "x"]
    work(club, NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.state == ListChange.State.DONE and row.ids == []
    assert (row.given, row.unknown, row.entered, row.left) == (3, 1, 1, 0)
    asked = Decision.objects.filter(campaign__key="welcome").values_list("person_id", flat=True)
    assert set(asked) == ids("bob")


def test_list_change__when_it_is_empty_or_too_long__then_it_is_refused_at_once(
    club: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    vip = lists.create("vip", VIP)
    with pytest.raises(Invalid):
        lists.ask(vip, "replace", [" ", ""], NOW)
    monkeypatch.setattr(lists, "MOST_IDS", 2)
    with pytest.raises(TooLarge):
        lists.ask(vip, "replace", ["a", "b", "c"], NOW)
    assert not ListChange.objects.exists()


def test_list_change__when_it_cannot_be_made__then_its_ids_are_not_kept(
    workspace: Workspace,
) -> None:
    row = lists.ask(lists.create("vip", VIP), "add", ["ann"], datetime.now(UTC))
    work(workspace)
    row.refresh_from_db()
    assert row.state == ListChange.State.REFUSED and row.ids == []
    assert (row.problem or {})["code"] == "no_personas"


def test_list__when_the_segment_is_no_list__then_the_verbs_refuse(club: Workspace) -> None:
    rule = Segment.objects.create(key="r", name="R", condition=everybody())
    with pytest.raises(Conflict):
        lists.replace(rule, ["ann"], NOW)


def test_list__when_somebody_is_new_to_the_personas__then_they_are_inside_from_the_refresh_on(
    club: Workspace, send: Send
) -> None:
    vip = lists.create("vip", VIP)
    send(identify("dora", NOW))
    changed = lists.replace(vip, ["ann", "dora"], NOW)
    assert (changed.unknown, changed.size) == (0, 1)
    pipeline.refresh(club, NOW)
    assert members("vip") == ids("ann", "dora")


def test_list__when_a_member_is_merged__then_the_older_ordinal_is_inside(
    club: Workspace, send: Send
) -> None:
    send(identify(None, NOW, anonymous="visitor"))
    send(identify("emil", NOW))
    pipeline.refresh(club, NOW)
    visitor, emil = Person.objects.get(key="anon:visitor").pk, by_external_id("emil").pk
    assert visitor < emil
    lists.replace(lists.create("vip", VIP), ["emil"], NOW)
    later = NOW + timedelta(minutes=1)
    send(identify("emil", later, anonymous="visitor"), now=later)
    pipeline.drain(club, later)
    assert members("vip") == {visitor}
    pipeline.refresh(club, later + timedelta(hours=2))
    assert members("vip") == {visitor}
    assert set(Segment.objects.get(key="vip").roster.people) == {visitor}


def test_list__when_a_member_is_erased__then_they_are_out_and_in_no_roster(
    club: Workspace,
) -> None:
    vip = lists.create("vip", VIP)
    lists.replace(vip, ["ann", "bob"], NOW)
    gone = by_external_id("ann").pk
    forgotten("ann", club, NOW)
    services.refresh_now(NOW)
    assert members("vip") == ids("bob")
    assert gone not in Segment.objects.get(key="vip").roster.people


def test_snapshot__when_the_segment_moves_on__then_it_stays(club: Workspace, send: Send) -> None:
    leaf = {"type": "attribute", "name": "city", "op": "eq", "value": "Rome"}
    rome = Segment.objects.create(
        key="rome", name="Rome", name_zh="罗马", condition={"version": 2, "condition": leaf}
    )
    services.follow(NOW)
    kept = snapshots.take(rome, "then", snapshots.named(rome, NOW), NOW)
    assert (kept.kind, str(kept)) == ("snapshot", "Rome, 2024-06-12")
    assert queries.sentence(kept, "zh") == "2024-06-12 15:30时属于“罗马”"
    later = NOW + timedelta(minutes=1)
    send(identify("ann", later, city="Oslo"), identify("dora", later, city="Rome"), now=later)
    pipeline.drain(club, later)
    pipeline.refresh(club, NOW + timedelta(days=1))
    assert members("rome") == ids("bob", "cleo", "dora")
    assert members("then") == ids("ann", "bob", "cleo")
    assert kept.versions.count() == 1


def test_snapshot__when_the_segment_was_never_refreshed__then_it_cannot_be_taken(
    club: Workspace,
) -> None:
    fresh = Segment.objects.create(key="fresh", name="F", condition=everybody())
    with pytest.raises(Conflict):
        snapshots.take(fresh, "then", VIP, NOW)
    assert not Segment.objects.filter(key="then").exists()


@pytest.mark.parametrize("wrong", [
    {"kind": "dynamic"}, {"kind": "snapshot", "condition": everybody()}, {"kind": "learned"},
])  # fmt: skip
def test_segment__when_kind_and_content_do_not_agree__then_the_database_refuses(
    db: None, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(key="wrong", name="W", **wrong)
