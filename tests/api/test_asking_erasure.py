"""A server asks for an erasure; a worker does it; the name is not kept."""

from __future__ import annotations

import pytest
from django.core.serializers import serialize

from marketing import pipeline
from marketing.people.models import Erasure
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, json, key, problem
from tests.api.stage import of
from tests.campaigns.stage import NOW, person, publish

PATH = "/api/v1/people/ann-secret/erasure"


@pytest.fixture
def ann(here: Workspace) -> Workspace:
    person("ann-secret")
    publish()
    return here


def test_erasure__asked__then_202_with_its_place_and_asked_again_the_same(
    ann: Workspace, server: Caller
) -> None:
    first, second = server.post(PATH), server.post(PATH)
    assert (first.status_code, first["Location"]) == (202, PATH)
    assert json(first) == json(second) == json(server.get(PATH))
    assert (json(first)["state"], json(first)["counts"]) == ("waiting", {})
    assert Erasure.objects.count() == 1


def test_erasure__done_by_the_worker__then_counts_and_no_name_is_left(
    ann: Workspace, server: Caller
) -> None:
    server.post(PATH)
    assert pipeline.answer(ann, NOW, NOW) == 1
    said = json(server.get(PATH))
    assert (said["state"], said["counts"]["identities"]) == ("done", 1)
    again = server.post(PATH)
    assert (again.status_code, json(again)) == (200, said)
    assert "ann-secret" not in serialize("json", Erasure.objects.all())
    assert Erasure.objects.count() == 1


def test_erasure__of_somebody_who_came_back__then_a_new_one(ann: Workspace, server: Caller) -> None:
    server.post(PATH)
    pipeline.answer(ann, NOW, NOW)
    person("ann-secret")
    assert server.post(PATH).status_code == 202
    assert Erasure.objects.count() == 2


def test_erasure__unknown_or_without_a_server_key__then_refused(
    ann: Workspace, server: Caller
) -> None:
    problem(server.get(PATH), 404, "no_erasure")
    problem(server.post("/api/v1/people/nobody/erasure"), 404, "no_erasure")
    problem(bearer(key("write")[1]).post(PATH), 403, "needs_server_key")
    problem(of("ann-secret").post(PATH), 403, "needs_server_key")
    assert not Erasure.objects.exists()
