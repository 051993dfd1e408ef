"""A host's server asks that somebody be forgotten, and hears what became of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from marketing import pipeline
from marketing.people.models import Erasure
from marketing.workspace.models import Workspace
from tests.api.caller import Caller
from tests.campaigns.stage import NOW, crowd

pytestmark = pytest.mark.django_db
URL = "/api/v1/people/p0/erasure"


def body(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_erasure__asked_twice__then_one_row_and_after_the_worker_it_says_what_went(
    server: Caller, here: Workspace
) -> None:
    crowd(2)
    first, again = server.post(URL), server.post(URL)
    assert (first.status_code, first["Location"]) == (202, URL)
    assert body(first) == body(again)
    assert (body(server.get(URL))["status"], Erasure.objects.count()) == ("waiting", 1)
    assert pipeline.answer(here, NOW, NOW) == 1
    said = body(server.get(URL))
    assert (said["status"], said["counts"]["identities"], said["counts"]["consents"]) == (
        "done", 1, 2,
    )  # fmt: skip
    done = server.post(URL)
    assert (done.status_code, body(done), Erasure.objects.count()) == (200, said, 1)


def test_erasure__of_nobody__then_404(server: Caller) -> None:
    for answer in (server.post(URL), server.get(URL)):
        assert (answer.status_code, body(answer)["code"]) == (404, "unknown_person")


def test_erasure__asked_with_the_app_s_key__then_403(app: Caller) -> None:
    crowd(1)
    assert app.post(URL).status_code == app.get(URL).status_code == 403
    assert not Erasure.objects.exists()
