"""Every error is a problem: a code, where it was, what to do; never the inside of us."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from campaigns.launching import launch
from marketing.events.models import Event
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, key, problem, token
from tests.campaigns.stage import NOW, draft, person
from tests.messages import track


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/people", "/v1/", "/v1/batches", "/v1/batch/", "/api/v2/x",
     "/v1/%ff", "/v1/track/x", "/api/v1/people/a/b/inbox"],
)  # fmt: skip
def test_path__unknown__then_a_problem(path: str, app: Caller) -> None:
    problem(app.get(path), 404, "not_found")
    problem(app.post(path, {}), 404, "not_found")


def test_path__outside_the_api__then_a_page(app: Caller) -> None:
    answer = app.get("/nowhere")
    assert answer.status_code == 404
    assert answer["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track", "/api/v1/coupons/X/redeem"])
def test_method__not_there__then_405_says_which_are(path: str, app: Caller, server: Caller) -> None:
    answer = server.get(path)
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["allow"]


def test_accept__something_else__then_406(app: Caller) -> None:
    answer = app.post("/v1/batch", {"batch": []}, Accept="image/png")
    problem(answer, 406, "not_acceptable")


def test_no_credentials__anywhere__then_401_says_how(app: Caller) -> None:
    for path in ("/v1/batch", "/v1/track", "/api/v1/coupons/X/redeem"):
        said = problem(Caller().post(path, {}), 401, "no_credentials")
        assert "Bearer" in said["fix"]
    for path in ("/api/v1/people/ann/inbox", "/api/v1/decisions/1"):
        problem(Caller().get(path), 401, "no_credentials")


def test_bad_field__in_a_single_call__then_pointer_and_fix(app: Caller) -> None:
    said = problem(app.post("/v1/track", {"userId": "ann"}), 400, "missing_event")
    assert said["pointer"] == "/event" and "Order Completed" in said["fix"]
    said = problem(app.post("/v1/track", {"userId": "a", "properties": []}), 400, "invalid_field")
    assert said["pointer"] == "/properties"


def test_log__too_far_ahead_of_the_warehouse__then_503_and_when(
    app: Caller, settings: Settings
) -> None:
    assert app.batch(track("ann", "Course Viewed", NOW)).status_code == 200
    settings.MAX_UNARCHIVED_EVENTS = 0
    answer = app.batch(track("ann", "Course Viewed", NOW))
    said = problem(answer, 503, "backlog_full")
    assert int(answer["retry-after"]) > 0 and said["fix"]
    assert Event.objects.count() == 1


def test_personas__none_yet__then_a_placement_is_503_and_when(here: Workspace) -> None:
    person("ann")
    launch(draft(occasion="request", placement="home"), here, NOW)
    ann = bearer(token(key("server")[0], "ann"))
    answer = ann.get("/api/v1/people/ann/offers?placement=home")
    problem(answer, 503, "no_personas")
    assert int(answer["retry-after"]) > 0


def test_ranker__none_yet__then_503_and_when(here: Workspace) -> None:
    person("ann")
    answer = bearer(token(key("server")[0], "ann")).get("/api/v1/people/ann/recommendations")
    problem(answer, 503, "no_recommender")
    assert int(answer["retry-after"]) > 0
