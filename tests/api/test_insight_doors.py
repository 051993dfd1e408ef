"""Insights over HTTP: who may ask, what waits, what is answered, what is refused and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from recommender.insights import INSIGHTS
from tests.api.caller import Caller, bearer, json, key, problem, token
from tests.campaigns.stage import NOW
from tests.messages import track

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

FUNNEL = {"steps": [{"event": "see"}, {"event": "buy"}]}
LONG = 60


@pytest.fixture
def asked(here: Workspace, send: Callable[..., Any], server: Caller) -> Caller:
    """A server that may ask of two months in which three people buy every day; one only looked."""
    from marketing import pipeline

    for day in range(LONG):
        at = NOW - timedelta(days=day, hours=2)
        said = {"content": "abc"[day % 3]}
        for name in ("ann", "bob", "cem"):
            send(track(name, "see", at, **said),
                 track(name, "buy", at + timedelta(minutes=1), **said))  # fmt: skip
    send(track("dan", "look", NOW - timedelta(days=20)))
    pipeline.refresh(here, NOW)
    return server


def compute(space: Workspace) -> int:
    from marketing import pipeline

    return pipeline.answer(space, NOW, datetime.now(UTC))


def question(name: str) -> dict[str, Any]:
    of = {"event": "see"}
    questions: dict[str, dict[str, Any]] = {
        "funnel": FUNNEL,
        "retention": {"start": of, "cohorts": 3},
        "forecast": {"of": of, "horizon": 7},
        "associations": {"of": [of], "at_least": 5},
        "planner": {"goal": [{"event": "buy"}], "active": [of, {"event": "look"}]},
    }
    return questions[name]


def test_question__asked__then_202_then_the_answer_under_its_promised_shape(
    asked: Caller, here: Workspace
) -> None:
    document = yaml.safe_load(asked.get("/api/schema").content)
    for name in INSIGHTS:
        first = asked.post(f"/v1/insights/{name}", question(name))
        assert (first.status_code, first["Retry-After"]) == (202, "1")
        poll = first["Location"]
        assert json(first)["poll"] == poll and json(asked.get(poll))["status"] == "waiting"
        assert compute(here) == 1
        answers = [asked.get(poll), asked.post(f"/v1/insights/{name}", question(name))]
        assert [answer.status_code for answer in answers] == [200, 200]
        body = json(answers[0])
        assert body == json(answers[1])
        promised = document["paths"][f"/v1/insights/{name}"]["post"]["responses"]
        for code, sent in (("202", json(first)), ("200", body)):
            shape = promised[code]["content"]["application/json"]["schema"]
            Draft4Validator(_nullable(shape | {"components": document["components"]})).validate(
                sent
            )
        assert body["as_of"] == NOW.isoformat().replace("+00:00", "Z")


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says ``nullable`` where JSON Schema has a type null."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def test_question__when_answered__then_the_numbers_are_the_log_s(
    asked: Caller, here: Workspace
) -> None:
    asked.post("/v1/insights/funnel", FUNNEL)
    compute(here)
    steps = json(asked.post("/v1/insights/funnel", FUNNEL))["answer"]["steps"]
    assert [step["people"] for step in steps] == [3, 3]
    assert steps[1]["median_s"] == 60


def test_planner__of_an_amount__then_the_mean_and_what_it_takes_in_its_unit(
    asked: Caller, here: Workspace, send: Callable[..., Any]
) -> None:
    from marketing import pipeline

    of = {"goal": [{"event": "pay"}], "active": [{"event": "see"}], "amount": "price_cents",
          "holdout_percent": 50, "effect_percent": 80}  # fmt: skip
    poll = asked.post("/v1/insights/planner", of)["Location"]
    compute(here)
    said = problem(asked.get(poll), 409, "no_amounts")
    assert "None of 3 people" in said["title"] and "price_cents" in said["title"]
    # Whoever is looked back on came first 55 days ago.
    first = NOW - timedelta(days=55, hours=1)
    send(track("ann", "pay", first, price_cents=900), track("ann", "pay", first, price_cents=300),
         track("bob", "pay", first, price_cents=300))  # fmt: skip
    pipeline.refresh(here, NOW)
    asked.post("/v1/insights/planner", of | {"power": 0.81})
    compute(here)
    answer = json(asked.post("/v1/insights/planner", of | {"power": 0.81}))["answer"]
    assert (answer["unit"], answer["base"], answer["reached"]) == ("money", 500, 2)
    assert answer["deviation"] == pytest.approx(624.5, abs=0.1)
    assert answer["wish"]["effect"] == pytest.approx(400)
    assert answer["wish"]["treated"] == answer["wish"]["control"] > 30


@pytest.mark.parametrize(
    ("more", "words"),
    [({"effect_percent": 5}, "effect_points"),
     ({"amount": "price_cents", "effect_points": 5}, "effect_percent")],
)  # fmt: skip
def test_planner__of_another_kind_s_effect__then_400_with_the_one_that_is_meant(
    more: dict[str, Any], words: str, server: Caller
) -> None:
    body = question("planner") | more
    said = problem(server.post("/v1/insights/planner", body), 400, "bad_question")
    assert f"rise is {words}" in said["title"]


def test_refusal__then_the_problem_with_what_is_missing(asked: Caller, here: Workspace) -> None:
    long = {"of": {"event": "see"}, "horizon": 90}
    poll = asked.post("/v1/insights/forecast", long)["Location"]
    compute(here)
    said = problem(asked.get(poll), 409, "series_too_short")
    # Sixty days with today, which is not over; 28 for the first origin, 90 ahead, and two more.
    assert "59 whole days" in said["title"] and "61 days are missing" in said["fix"]


def test_breakdown__by_what_is_not_there__then_404_at_its_place(
    asked: Caller, here: Workspace
) -> None:
    by = {**FUNNEL, "breakdown": {"kind": "segment", "name": "nobody"}}
    poll = asked.post("/v1/insights/funnel", by)["Location"]
    compute(here)
    assert problem(asked.get(poll), 404, "unknown_segment")["pointer"] == "/breakdown/name"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], "/"), ({"steps": []}, "/steps"),
        ({"steps": [{"event": "a"}, {"evnt": "b"}]}, "/steps/1"),
        ({**FUNNEL, "within_hours": 0}, "/within_hours"),
        ({**FUNNEL, "window": {"days": 1, "hours": 1}}, "/window"),
        ({**FUNNEL, "steps": [{"event": "a", "where": [
            {"property": "p", "op": "like", "value": 1}]}] * 2}, "/steps/0"),
    ],
)  # fmt: skip
def test_question__that_is_wrong__then_400_with_its_place_and_a_fix(
    body: object, pointer: str, server: Caller
) -> None:
    said = problem(server.post("/v1/insights/funnel", body), 400, "bad_question")
    assert said["pointer"] == pointer and said["fix"]


def test_insight__misspelt__then_404_with_the_nearest(server: Caller) -> None:
    said = problem(server.post("/v1/insights/retentoin", {}), 404, "unknown_insight")
    assert said["fix"] == "Did you mean 'retention'?"


def test_answer__never_asked_for__then_404(asked: Caller) -> None:
    problem(asked.get("/v1/insights/funnel/0123456789abcdef"), 404, "unknown_question")
    poll = asked.post("/v1/insights/funnel", FUNNEL)["Location"]
    problem(asked.get(poll.replace("funnel", "forecast")), 404, "unknown_question")


def test_question__before_the_first_events__then_503(server: Caller) -> None:
    answer = server.post("/v1/insights/funnel", FUNNEL)
    problem(answer, 503, "no_personas")
    assert answer["Retry-After"]


@pytest.mark.django_db
def test_who_may_ask__then_only_a_server_s_key(app: Caller) -> None:
    doors = [("get", "/v1/insights"), ("post", "/v1/insights/funnel"),
             ("get", "/v1/insights/funnel/abc"), ("post", "/v1/insights/unheard-of")]  # fmt: skip
    person = bearer(token(key("server")[0], "ann"))
    for method, path in doors:
        for caller in (app, person):
            problem(getattr(caller, method)(path), 403, "needs_server_key")
        problem(getattr(Caller(), method)(path), 401, "no_credentials")


def test_list__then_every_insight_with_a_schema_that_its_example_keeps(server: Caller) -> None:
    from jsonschema import Draft202012Validator

    listed = json(server.get("/v1/insights"))["insights"]
    assert [each["name"] for each in listed] == list(INSIGHTS)
    for each in listed:
        Draft202012Validator.check_schema(each["schema"])
        Draft202012Validator(each["schema"]).validate(each["example"])
    chinese = json(server.get("/v1/insights", Accept_Language="zh-CN"))["insights"]
    assert [each["title"] for each in chinese] == [INSIGHTS.get(n).label.zh for n in INSIGHTS]


def test_question__asked_many_times__then_few_queries(
    asked: Caller, here: Workspace, django_assert_max_num_queries: Any
) -> None:
    asked.post("/v1/insights/funnel", FUNNEL)
    compute(here)
    with django_assert_max_num_queries(8):
        assert asked.post("/v1/insights/funnel", FUNNEL).status_code == 200
