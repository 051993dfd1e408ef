"""A person may ask so often; a patient caller is told when again."""

from __future__ import annotations

from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, key, problem, token
from tests.campaigns.stage import NOW, person
from tests.messages import track

INBOX = "/api/v1/people/ann/inbox"


def test_person__121st_request_in_a_minute__then_429_and_when(here: Workspace) -> None:
    person("ann")
    person("bob")
    row, _secret = key("server")
    ann = bearer(token(row, "ann"))
    assert {ann.get(INBOX).status_code for _ in range(120)} == {200}
    answer = ann.get(INBOX)
    problem(answer, 429, "throttled")
    assert 1 <= int(answer["retry-after"]) <= 61
    # A fresh token is no fresh allowance; another person has their own.
    problem(bearer(token(row, "ann")).get(INBOX), 429, "throttled")
    bob = bearer(token(row, "bob"))
    assert bob.get("/api/v1/people/bob/inbox").status_code == 200


def test_app__many_batches__then_not_throttled(app: Caller) -> None:
    found = {app.batch(track("ann", "x", NOW)).status_code for _ in range(150)}
    assert found == {200}
