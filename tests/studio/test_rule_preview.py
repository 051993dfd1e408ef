"""The preview: who may ask, what is taken, who is counted, and what cannot be counted yet."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.studio.rule_stage import (
    BOUGHT,
    CITY,
    LEARNERS,
    NOT_LEARNING,
    PICTURE,
    RISK,
    Learner,
    at_risk,
    document,
    fill,
    in_cities,
    in_picture,
    of,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = "/admin/segments/segment/preview/"
MOST_QUERIES = 14


@pytest.fixture
def stage(workspace: Workspace, send: Callable[..., Any]) -> None:
    fill(workspace, send)


def operator(*permissions: str) -> User:
    """Staff with these permissions; with none of them named, a superuser."""
    from django.contrib.auth.models import Permission, User

    if not permissions:
        return User.objects.create_superuser("root", password="long, for the suite")
    user = User.objects.create_user("clerk", password="long, for the suite", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def root(stage: None, client: Client) -> Client:
    client.force_login(operator(), backend=BACKEND)
    return client


def ask(client: Client, condition: Any, key: str | None = None) -> dict[str, Any]:
    answer = client.post(URL, {"condition": condition, "key": key}, "application/json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def truth(holds: Callable[[Learner], bool]) -> set[str]:
    return {learner.name for learner in LEARNERS if holds(learner)}


def test_preview__over_known_columns__counts_whom_plain_python_counts(root: Client) -> None:
    found = ask(root, document({"any": [CITY, RISK]}))
    inside = truth(lambda each: in_cities(each) or at_risk(each))
    assert (found["people"], found["at_most"], found["total"]) == (len(inside), len(inside), 12)
    assert found["problems"] == [] and found["unavailable"] == ""
    reach = {each["channel"]: each["people"] for each in found["reach"]}
    push = truth(lambda each: each.push)
    assert reach == {"inbox": len(inside), "push": len(inside & push)}
    assert found["as_of"] == "2024-06-12 15:30"


def test_preview__of_somebody__shows_a_few_of_them_with_what_the_condition_reads(
    root: Client,
) -> None:
    found = ask(root, document(CITY, RISK))
    risks = {each.name: each.risk for each in LEARNERS if in_cities(each) and at_risk(each)}
    assert {each["name"]: each["score"] for each in found["sample"]} == risks
    assert {each["details"][0] for each in found["sample"]} <= {"Shanghai", "Hangzhou"}
    assert found["score_label"] == "Churn risk"
    # The tenth of twelve scores, 0.6, stands above 9 of the 11 others; the ninth, 0.5, above 8.
    everybody = ask(root, document(RISK))["sample"]
    assert {each["name"] for each in everybody if each["high"]} == {"hua", "dan", "fei"}
    page = root.get(everybody[0]["url"])
    assert everybody[0]["name"] in page.content.decode()


def test_preview__with_the_picture_s_condition__is_said_in_the_operator_s_language(
    root: Client,
) -> None:
    assert ask(root, PICTURE)["sentence"] == (
        "number of “Order completed” where “Category” = “python” in the last 90 days is at least 1"
        " and (city is one of “Shanghai”, “Hangzhou” or Churn risk is at least 0.4)"
        " and not (number of “Lesson completed” in the last 14 days is at least 1)"
    )
    root.cookies["django_language"] = "zh-hans"
    assert ask(root, PICTURE)["sentence"].startswith("“完成订单”的次数（其中“类别”")


def test_preview__with_what_is_not_computed_yet__says_so_and_between_what_it_lies(
    root: Client,
) -> None:
    found = ask(root, PICTURE)
    assert [(each["pointer"], each["level"]) for each in found["problems"]] == [
        ("/condition/all/0", "pending"), ("/condition/all/2/not", "pending"),
    ]  # fmt: skip
    known = truth(lambda each: in_cities(each) or at_risk(each))
    assert (found["people"], found["at_most"]) == (0, len(known))
    assert found["reach"] == [] and found["sample"] == []
    either = ask(root, of({"any": [BOUGHT, CITY, {"not": BOUGHT}]}))
    assert (either["people"], either["at_most"]) == (len(truth(in_cities)), 12)


def test_preview__after_the_refresh_that_it_waited_for__counts_exactly(
    root: Client, workspace: Workspace
) -> None:
    from marketing import pipeline
    from segments.models import Segment
    from tests.campaigns.stage import NOW

    Segment.objects.create(key="drifting", name="Drifting", condition=PICTURE)
    outer = document({"type": "segment", "name": "drifting"})
    assert [each["level"] for each in ask(root, outer)["problems"]] == ["pending"]
    pipeline.refresh(workspace, NOW)
    found = ask(root, PICTURE, key="drifting")
    assert found["problems"] == []
    assert found["people"] == found["at_most"] == len(truth(in_picture)) > 0
    assert {each["name"] for each in found["sample"]} == truth(in_picture)
    assert ask(root, outer)["people"] == found["people"]


def test_preview__of_everybody_and_of_nobody__is_a_count_too(root: Client) -> None:
    assert ask(root, document())["people"] == 12
    nobody = ask(root, of({"any": []}))
    assert (nobody["people"], nobody["sample"], nobody["sentence"]) == (0, [], "nobody")


def test_preview__before_the_first_refresh__says_why_nobody_is_counted(
    workspace: Workspace, client: Client
) -> None:
    client.force_login(operator(), backend=BACKEND)
    found = ask(client, document(CITY))
    assert found["people"] is None and "No personas yet" in found["unavailable"]
    assert found["sentence"] == "city is one of “Shanghai”, “Hangzhou”"


def test_preview__for_nobody__asks_to_sign_in(stage: None, client: Client) -> None:
    answer = client.post(URL, {"condition": document()}, "application/json")
    assert answer.status_code == 302 and "/admin/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("permissions", "status", "sees_people"),
    [(("view_person",), 403, False), (("view_segment",), 200, False),
     (("view_segment", "view_person"), 200, True)],
)  # fmt: skip
def test_preview__for_staff__needs_to_see_segments_and_shows_people_to_who_may_see_them(
    stage: None, client: Client, permissions: tuple[str, ...], status: int, sees_people: bool
) -> None:
    client.force_login(operator(*permissions), backend=BACKEND)
    answer = client.post(URL, {"condition": document(CITY)}, "application/json")
    assert answer.status_code == status
    if status == 200:
        found = answer.json()
        assert found["people"] == len(truth(in_cities))
        assert (found["sample"] is not None) == sees_people


def test_preview__without_the_csrf_token_or_by_get__is_refused(root: Client) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = root.cookies
    body = {"condition": document()}
    assert strict.post(URL, body, "application/json").status_code == 403
    page = strict.get("/admin/segments/segment/add/")
    token = page.context["csrf_token"]
    headers = {"X-CSRFToken": str(token)}
    assert strict.post(URL, body, "application/json", headers=headers).status_code == 200
    assert root.get(URL).status_code == 405


DEEP = '{"condition": ' + '{"not": ' * 40 + "1" + "}" * 41


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"[]", 400, "bad_draft"),
        (b'{"condition": 3}', 400, "bad_draft"),
        (b'{"condition": {}, "more": 1}', 400, "bad_draft"),
        (DEEP.encode(), 400, "too_deep"),
        (b'{"condition": {"a": "' + b"x" * 65_536 + b'"}}', 413, "body_too_large"),
    ],
)
def test_preview__of_what_is_no_draft__is_refused(
    root: Client, body: bytes, status: int, code: str
) -> None:
    answer = root.post(URL, body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_preview__of_more_conditions_than_are_counted__says_how_many(root: Client) -> None:
    assert ask(root, document(*[RISK] * 200))["people"] == len(truth(at_risk))
    (problem,) = ask(root, document(*[RISK] * 201))["problems"]
    assert problem["pointer"] == "/condition" and "200" in problem["message"]


def test_preview__with_three_times_the_people_and_segments__asks_the_database_no_more(
    root: Client, send: Callable[..., Any]
) -> None:
    from marketing.people.models import Person
    from segments.models import Segment
    from tests.campaigns.stage import NOW

    def queries() -> int:
        body = json.dumps({"condition": document(CITY, NOT_LEARNING, RISK)})
        with CaptureQueriesContext(connection) as asked:
            assert root.post(URL, body, "application/json").status_code == 200
        return len(asked)

    def exact() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ask(root, document(CITY, RISK))["people"]
        return len(asked)

    few = queries(), exact()
    for i in range(30):
        Person.objects.create(key=f"user:more-{i}", created_at=NOW)
        Segment.objects.create(key=f"more-{i}", name="More", condition=document(CITY))
    many = queries(), exact()
    assert many[0] <= few[0] and many[1] <= few[1]
    assert max(few) <= MOST_QUERIES, few


AUDIENCE_URL = "/admin/campaigns/campaign/preview/"


@pytest.mark.parametrize(
    ("permission", "segments", "campaigns"),
    [("view_campaign", 403, 200), ("change_campaign", 403, 200), ("view_segment", 200, 403)],
)
def test_audience_preview__for_who_may_see_campaigns__counts_and_nobody_else(
    stage: None, client: Client, permission: str, segments: int, campaigns: int
) -> None:
    client.force_login(operator(permission), backend=BACKEND)
    body = {"condition": document(CITY, RISK), "key": None}
    assert client.post(URL, body, "application/json").status_code == segments
    answer = client.post(AUDIENCE_URL, body, "application/json")
    assert answer.status_code == campaigns
    if campaigns == 200:
        inside = truth(lambda each: in_cities(each) and at_risk(each))
        assert (answer.json()["people"], answer.json()["sample"]) == (len(inside), None)
    names = client.get("/admin/campaigns/campaign/names/?kind=content&text=a")
    assert names.status_code == campaigns


def test_audience__that_cannot_be__is_sent_back_with_its_place_and_not_saved(root: Client) -> None:
    from campaigns.models import Campaign
    from tests.campaigns.stage import draft, everybody

    campaign = draft(variants={"none": ("show_ad", {})})
    campaign.variants.all().delete()
    url = f"/admin/campaigns/campaign/{campaign.pk}/change/"

    def saved(condition: Any) -> Any:
        return root.post(url, {
            "name": "Spring", "occasion": "schedule", "repeat_days": 0, "offset_days": 0,
            "holdout_percent": 10, "cooldown_days": 0, "goal_event": "Order Completed",
            "goal_days": 14, "audience": json.dumps(condition),
            "layer_percent": 100, "allocation": "fixed", "method": "looks",
            "variants-TOTAL_FORMS": 0, "variants-INITIAL_FORMS": 0,
            "testers-TOTAL_FORMS": 0, "testers-INITIAL_FORMS": 0,
        })  # fmt: skip

    answer = saved(document({"type": "segment", "name": "no-such"}))
    assert answer.status_code == 200
    assert "no-such" in str(answer.context["adminform"].form.errors["audience"])
    assert Campaign.objects.get().audience == everybody()
    assert saved(document(CITY)).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.audience, campaign.version) == (document(CITY), 2)
