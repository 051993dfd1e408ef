"""Segments over HTTP: who may ask, what is answered under its promised shape, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from marketing.people.models import Person
from segments.models import Segment, SegmentVersion
from segments.queries import newest_versions
from tests.api.caller import Caller, bearer, json, key, problem, token
from tests.api.test_insight_doors import _nullable
from tests.campaigns.stage import NOW
from tests.segments.crowd import more_than, segment
from tests.segments.lived import LIVES, STAGES, day, live, stage_of

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

ROOT = "/api/v1"
DOORS = {
    "/api/v1/segments": f"{ROOT}/segments?limit=3",
    "/api/v1/segments/{key}": f"{ROOT}/segments/new",
    "/api/v1/segments/{key}/members": f"{ROOT}/segments/new/members?limit=1",
    "/api/v1/segments/{key}/history": f"{ROOT}/segments/new/history",
    "/api/v1/segments/{key}/people/{external_id}": f"{ROOT}/segments/new/people/ann",
    "/api/v1/overlap": f"{ROOT}/overlap?of=new,active,big_spenders",
    "/api/v1/rfm": f"{ROOT}/rfm",
    "/api/v1/lifecycle/transitions": f"{ROOT}/lifecycle/transitions",
}


@pytest.fixture
def lived(here: Workspace, send: Callable[..., Any], server: Caller) -> Caller:
    live(here, send)
    return server


def test_answers__of_every_door__keep_the_shape_that_the_document_promises(lived: Caller) -> None:
    document = yaml.safe_load(lived.get("/api/schema").content)
    components = {"components": _nullable(document["components"])}
    for path, door in DOORS.items():
        answer = lived.get(door)
        assert answer.status_code == 200, (door, answer.content[:300])
        promised = document["paths"][path]["get"]["responses"]["200"]
        shape = promised["content"]["application/json"]["schema"]
        named = shape["$ref"].rpartition("/")[2]
        properties = document["components"]["schemas"][named]["properties"]
        body = json(answer)
        Draft4Validator(shape | components).validate(body)
        assert set(body) == set(properties), door


@pytest.mark.django_db
def test_who_may_ask__then_only_a_server_s_key(app: Caller) -> None:
    person = bearer(token(key("server")[0], "ann"))
    for door in [*DOORS.values(), f"{ROOT}/segments/unheard-of"]:
        for caller in (app, person):
            problem(caller.get(door), 403, "needs_server_key")
        problem(Caller().get(door), 401, "no_credentials")


def test_list__page_by_page__is_every_segment_once_with_its_size_and_freshness(
    lived: Caller,
) -> None:
    found, after = [], ""
    while True:
        body = json(lived.get(f"{ROOT}/segments?limit=4&after={after}"))
        found += body["segments"]
        after = body["next_after"]
        if after is None:
            break
    assert [each["key"] for each in found] == sorted(s.key for s in Segment.objects.all())
    sizes = {each["key"]: each["size"] for each in found}
    for stage in STAGES:
        assert sizes[stage] == sum(stage_of(name, 0) == stage for name in LIVES)
    for each in found:
        assert (each["as_of"], each["events_waiting"]) == ("2024-06-12T15:30:00Z", 0)
        assert (each["lag_seconds"], each["last_difference"]) == (0.0, None)


def test_freshness__when_events_wait_and_a_rebuild_compared__then_lag_and_difference_are_told(
    lived: Caller, here: Workspace, send: Callable[..., Any]
) -> None:
    from datetime import timedelta

    from marketing import pipeline
    from tests.messages import track

    pipeline.rebuild(here, NOW)
    send(track("ann", "Course Enrolled", NOW), now=NOW - timedelta(seconds=90))
    send(track("ann", "Course Enrolled", NOW), now=NOW - timedelta(seconds=30))
    body = json(lived.get(f"{ROOT}/segments/at_risk"))
    assert (body["events_waiting"], body["lag_seconds"], body["last_difference"]) == (2, 90.0, 0)
    assert (body["compared_at"], body["compared_people"]) == (NOW.isoformat()[:-6] + "Z", 8)
    assert body["differences"] == [
        {"trait": name, "people": 0}
        for name in ("activity_28d", "activity_before", "days_since_first_active")
    ]


def test_difference__found_by_the_rebuild__is_told_by_the_segments_that_read_the_trait(
    lived: Caller,
) -> None:
    from marketing.workspace.models import Pointer

    segment("outer", {"type": "segment", "name": "at_risk"})
    segment("other", more_than(1, "bought"))
    pointer = Pointer.objects.get(name="personas")
    pointer.details["compared"] = {
        "at": NOW.isoformat(), "people": 8, "differences": {"activity_28d": 3, "courses": 1},
    }  # fmt: skip
    pointer.save()
    here = newest_versions()["new"]
    for made in ("outer", "other"):
        SegmentVersion.objects.create(
            segment=Segment.objects.get(key=made), as_of=NOW, checked_at=NOW, size=0, n_entered=0,
            n_left=0, members_blob=here.members_blob, entered_blob=here.entered_blob,
            left_blob=here.left_blob, personas_version="v",
        )  # fmt: skip
    found = {each["key"]: each for each in json(lived.get(f"{ROOT}/segments"))["segments"]}
    told = {name: found[name]["last_difference"] for name in ("at_risk", "outer", "other", "new")}
    assert told == {"at_risk": 3, "outer": 3, "other": 0, "new": 0}


def test_list__with_three_times_the_segments__asks_no_more(
    lived: Caller, django_assert_max_num_queries: Any
) -> None:
    for i in range(40):
        segment(f"s{i}", {"type": "segment", "name": "new"})
    with django_assert_max_num_queries(10):
        assert len(json(lived.get(f"{ROOT}/segments"))["segments"]) == 50


def walked(caller: Caller, door: str, limit: int) -> tuple[list[str], set[int]]:
    names, versions, after = list[str](), set[int](), ""
    while True:
        body = json(caller.get(f"{door}?limit={limit}&after={after}"))
        names += body["members"]
        versions.add(body["version"])
        after = body["next_after"]
        if after is None:
            return names, versions


def test_members__page_by_page__are_everybody_inside_once(lived: Caller) -> None:
    for stage, limit in product(STAGES, (1, 2, 3, 50)):
        names, versions = walked(lived, f"{ROOT}/segments/{stage}/members", limit)
        assert sorted(names) == sorted(name for name in LIVES if stage_of(name, 0) == stage)
        assert len(versions) == 1


def test_members__when_a_version_is_published_between_pages__then_the_walk_keeps_to_its_own(
    lived: Caller, here: Workspace, send: Callable[..., Any]
) -> None:
    from datetime import timedelta

    from marketing import pipeline
    from tests.messages import track

    door = f"{ROOT}/segments/everybody/members"
    segment("everybody")
    pipeline.refresh(here, NOW)
    first = json(lived.get(f"{door}?limit=3"))
    later = NOW + timedelta(minutes=5)
    send(track("zoe", "Course Enrolled", later), now=later)
    pipeline.refresh(here, later)
    rest = json(lived.get(f"{door}?limit=50&after={first['next_after']}"))
    assert sorted(first["members"] + rest["members"]) == sorted(LIVES)
    assert rest["version"] == first["version"] and rest["next_after"] is None
    assert "zoe" in json(lived.get(f"{door}?limit=50"))["members"]


def test_members__who_were_erased_or_merged_since__are_left_out(lived: Caller) -> None:
    door = f"{ROOT}/segments/big_spenders/members"
    ann, eva = (Person.objects.get(key=f"user:{name}") for name in ("ann", "eva"))
    before = json(lived.get(door))["members"]
    assert {"ann", "eva"} <= set(before)
    Person.objects.filter(pk=ann.pk).update(erased_at=NOW)
    Person.objects.filter(pk=eva.pk).update(merged_into=ann)
    assert set(json(lived.get(door))["members"]) == set(before) - {"ann", "eva"}


def test_members__when_the_version_is_not_kept__then_409_with_what_to_do(lived: Caller) -> None:
    door = f"{ROOT}/segments/at_risk/members"
    version = newest_versions()["at_risk"].pk
    SegmentVersion.objects.filter(pk=version).delete()
    said = problem(lived.get(f"{door}?after={version}.1"), 409, "version_gone")
    assert said["fix"] == "Begin again without 'after'." and said["pointer"] == "?after"


def test_members__with_a_cursor_that_is_none__then_400(lived: Caller) -> None:
    door = f"{ROOT}/segments/new/members"
    for after in ("x", "1", "1.", ".1", "-1.2", "1.2.3", "1.99999999999", f"{10**20}.1", "1.5%00",
                  "１.２"):  # fmt: skip
        assert problem(lived.get(f"{door}?after={after}"), 400, "bad_cursor")["fix"], after


def test_members__with_another_segment_s_cursor__then_400(lived: Caller) -> None:
    other = newest_versions()["active"].pk
    problem(lived.get(f"{ROOT}/segments/new/members?after={other}.1"), 400, "bad_cursor")


def test_members__of_a_page__are_found_by_few_queries(
    lived: Caller, django_assert_max_num_queries: Any
) -> None:
    segment("all")
    version = newest_versions()["new"]
    from pyroaring import BitMap

    Person.objects.bulk_create([Person(key=f"user:p{i}", created_at=NOW) for i in range(900)])
    SegmentVersion.objects.create(
        segment=Segment.objects.get(key="all"), as_of=NOW, checked_at=NOW, size=900, n_entered=0,
        n_left=0, members_blob=BitMap(Person.objects.values_list("pk", flat=True)).serialize(),
        entered_blob=version.entered_blob, left_blob=version.left_blob, personas_version="v",
    )  # fmt: skip
    with django_assert_max_num_queries(6):
        assert len(json(lived.get(f"{ROOT}/segments/all/members?limit=900"))["members"]) == 900


def test_segment__misspelt__then_404_with_the_nearest(lived: Caller) -> None:
    for door in ("", "/members", "/history", "/people/ann"):
        said = problem(lived.get(f"{ROOT}/segments/at_rsk{door}"), 404, "unknown_segment")
        assert said["fix"] == "Did you mean 'at_risk'?"
    said = problem(lived.get(f"{ROOT}/overlap?of=new,actve"), 404, "unknown_segment")
    assert (said["fix"], said["pointer"]) == ("Did you mean 'active'?", "?of")
    problem(lived.get(f"{ROOT}/segments/%00"), 404, "unknown_segment")


def test_overlap__of_too_few_or_too_many__then_400(lived: Caller) -> None:
    for asked in ("", "?of=", "?of=new", "?of=new,new"):
        problem(lived.get(f"{ROOT}/overlap{asked}"), 400, "segment_count")


def test_person__then_inside_or_not_since_when_and_why_in_the_language_asked(
    lived: Caller,
) -> None:
    door = f"{ROOT}/segments/at_risk/people"
    dan = json(lived.get(f"{door}/dan", Accept_Language="zh-CN"))
    assert (dan["inside"], dan["holds"], dan["since"]) == (True, True, day(0).date().isoformat())
    assert dan["reasons"][0] == {
        "sentence": "并非（距首次活跃天数小于28）", "holds": True, "seen": 38.0,
    }  # fmt: skip
    fay = json(lived.get(f"{door}/fay"))
    assert (fay["inside"], fay["since"]) == (False, None)
    assert fay["reasons"][0] == {
        "sentence": "not (Days since first activity is less than 28)", "holds": False, "seen": 1.0,
    }  # fmt: skip
    problem(lived.get(f"{door}/nobody"), 404, "unknown_person")


def test_history__then_days_without_a_gap_and_the_stays(lived: Caller) -> None:
    body = json(lived.get(f"{ROOT}/segments/new/history?days=45"))
    assert [each["day"] for each in body["days"]] == [
        day(ago).date().isoformat() for ago in range(44, -1, -1)
    ]
    sizes = {each["day"]: each["size"] for each in body["days"]}
    for ago, refreshed in ((44, 44), (30, 44), (16, 16), (1, 16), (0, 0)):
        inside = sum(stage_of(name, refreshed) == "new" for name in LIVES)
        assert sizes[day(ago).date().isoformat()] == inside
    for wrong in ("0", "367", "x", "-1"):
        problem(lived.get(f"{ROOT}/segments/new/history?days={wrong}"), 400, "bad_parameter")


def test_transitions__between_days_that_are_named__are_between_them(lived: Caller) -> None:
    door = f"{ROOT}/lifecycle/transitions"
    since, until = day(44).date(), day(16).date()
    body = json(lived.get(f"{door}?from={since}&to={until}"))
    assert (body["since"], body["until"], body["first_day"]) == (
        since.isoformat(), until.isoformat(), since.isoformat(),
    )  # fmt: skip
    for move in body["moves"]:
        then, now = move["from_stage"] or None, move["to_stage"] or None
        lived_so = [n for n in LIVES if (stage_of(n, 44), stage_of(n, 16)) == (then, now)]
        assert move["people"] == (len(lived_so) if then or now else 0)
    early = problem(lived.get(f"{door}?from=2020-01-01"), 409, "no_history")
    assert early["fix"] == f"The first day is {since}."
    problem(lived.get(f"{door}?from={until}&to={since}"), 400, "bad_days")
    for wrong in ("20240101", "2024-13-01", "yesterday", "2024-1-1"):
        problem(lived.get(f"{door}?from={wrong}"), 400, "bad_parameter")


def test_doors__before_the_first_refresh__say_what_is_missing(
    here: Workspace, server: Caller
) -> None:
    segment("new", more_than(1), family="lifecycle")
    expected = {"/rfm": (503, "no_personas"), "/lifecycle/transitions": (409, "no_history"),
                "/segments/new/members": (409, "not_refreshed"),
                "/segments/new/history": (409, "not_refreshed")}  # fmt: skip
    for door, (status, code) in expected.items():
        problem(server.get(f"{ROOT}{door}"), status, code)
    body = json(server.get(f"{ROOT}/segments/new"))
    assert (body["size"], body["as_of"], body["differences"]) == (None, None, None)
