"""The pages of insights: a form that is a question, an answer that is worded, a wait that ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.campaigns.stage import NOW
from tests.messages import identify, track
from tests.studio.words import strangers

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

NAMES = ("funnel", "retention", "forecast", "associations", "planner")
# What the suite sent, notations of models, and addresses.
GIVEN = ("Course Enrolled", "Assessment Submitted", "POST /v", "HTTP Accept")
LONG = 70


@pytest.fixture
def operator(workspace: Workspace, send: Callable[..., Any], client: Client) -> Client:
    """Seventy days in which people enrol, submit, and take contents that go together."""
    from django.contrib.auth.models import User

    from marketing import pipeline
    from segments import shipped

    workspace.frozen_at = NOW
    workspace.save()
    for day in range(LONG):
        at = NOW - timedelta(days=day, hours=3)
        name = f"learner-{day % 34}"
        taken = ("algebra", "logic") if day % 2 else ("poetry", "drama")
        send(
            identify(name, at, region="north" if day % 2 else "south"),
            *[track(name, "Course Enrolled", at, content=each) for each in taken],
            track(name, "Assessment Submitted", at + timedelta(hours=2), score=50 + day),
        )
    shipped.install()
    pipeline.refresh(workspace, NOW)
    user = User.objects.create_superuser("operator", password="long, for the suite")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str) -> str:
    return reverse("admin:recommender_insightanswer_page", args=[name])


def compute(space: Workspace) -> None:
    """As ``manage.py answer --once``: whatever waits, and the list of events."""
    from marketing import pipeline

    while pipeline.answer(space, NOW, datetime.now(UTC)):
        pass


def html(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def data(page: str, source: str) -> Any:
    found = re.search(rf'<script id="{source}" type="application/json">(.*?)</script>', page)
    assert found, f"no {source}"
    return json.loads(found[1])


def opened(operator: Client, space: Workspace, name: str, **fields: Any) -> str:
    """The page once its question was answered."""
    compute(space)
    operator.get(url(name), fields)
    compute(space)
    return html(operator.get(url(name), fields))


SMALL: dict[str, dict[str, Any]] = {
    "funnel": {},
    "retention": {},
    "forecast": {"of": "Course Enrolled", "measure": "count", "by": "day", "periods": 60,
                 "skip": 0, "horizon": 7, "threshold": 3.5},
    "associations": {"of": "Course Enrolled", "property": "content", "days": 90,
                     "basket": "person", "gap_minutes": 30, "at_least": 5, "most_items": 2,
                     "confidence": 10},
    "planner": {"goal": "Assessment Submitted", "where_property": "score", "where_op": "gte",
                "where_value": "100", "goal_days": 7, "days": 70, "active": "",
                "reach": "as_they_come", "holdout_percent": 20, "planned_days": 14, "power": 80,
                "daily_looks": "yes", "effect_points": 5},
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", NAMES)
def test_page__once_answered__then_in_the_operator_s_language_alone(
    name: str, language: str, operator: Client, workspace: Workspace
) -> None:
    operator.cookies["django_language"] = language
    page = opened(operator, workspace, name, **SMALL[name])
    assert "zx-waiting" not in page and 'class="zx-chart"' in page
    assert strangers(page, language, GIVEN) == []


def test_funnel__of_a_form__then_its_numbers_are_those_of_the_events(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(
        operator, workspace, "funnel", step1="Course Enrolled", step2="Assessment Submitted",
        where2_property="score", where2_op="gte", where2_value="100", within=1, within_unit="d",
        days=365, skip_days=0, breakdown="attribute:region",
    )  # fmt: skip
    # Scores are 50 to 119: twenty submissions of a hundred or more, of twenty people.
    steps = data(page, "i-funnel")["steps"]
    assert [step["value"] for step in steps] == [34, 20]
    assert data(page, "i-groups")["series"][0]["name"] in ("north", "south")
    assert 'value="100"' in page and '<details class="zx-filter" open>' in page


def test_associations__of_planted_pairs__then_both_directions_of_both(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(operator, workspace, "associations", **SMALL["associations"])
    points = data(page, "i-rules")["points"]
    assert {point["label"] for point in points} == {
        "algebra → logic", "logic → algebra", "poetry → drama", "drama → poetry",
    }  # fmt: skip
    assert {(point["x"], point["y"]) for point in points} == {(17, 1.0)}


def test_retention__then_a_row_a_cohort_with_gaps_where_it_is_not_over(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(operator, workspace, "retention")
    cells = data(page, "i-cohorts")["cells"]
    assert cells[0][0] is not None and cells[-1][-1] is None


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("funnel", {"step1": "Course Enrolled", "within": 5, "within_unit": "d", "days": 5},
         "id_step2"),
        ("funnel", {"step1": "Course Enrolled", "step2": "Course Enrolled", "within": 400,
                    "within_unit": "d", "days": 5}, "id_within"),
        ("funnel", {"step1": "Course Enrolled", "step2": "Course Enrolled", "within": 4,
                    "within_unit": "d", "days": 5, "where1_property": "score"}, "id_where1_value"),
        ("forecast", {**SMALL["forecast"], "horizon": 91}, "id_horizon"),
        ("forecast", {**SMALL["forecast"], "measure": "sum"}, "id_property"),
        ("retention", {"start": "Course Enrolled", "by": "day", "enter": "first",
                       "counts": "in_period", "cohorts": 1, "periods": 5}, "id_cohorts"),
        ("associations", {**SMALL["associations"], "at_least": 1}, "id_at_least"),
        ("associations", {**SMALL["associations"], "of": "Nothing Of The Kind"}, "id_of"),
        ("planner", {**SMALL["planner"], "goal_days": 70}, "id_days"),
        ("planner", {**SMALL["planner"], "active_where_property": "score",
                     "active_where_value": "1"}, "id_active"),
        ("planner", {**SMALL["planner"], "power": 30}, "id_power"),
    ],
)  # fmt: skip
def test_form__with_a_mistake__then_the_field_says_so_and_nothing_is_asked(
    name: str, fields: dict[str, Any], field: str, operator: Client, workspace: Workspace
) -> None:
    from recommender.models import InsightAnswer

    compute(workspace)
    page = html(operator.get(url(name), fields))
    assert f'id="{field}_error"' in page and f'aria-describedby="{field}_error"' in page
    assert page.count('class="zx-field-error"') == 1
    assert not InsightAnswer.objects.exists()


def test_page__while_it_waits__then_progress_is_polled_until_the_answer_takes_its_place(
    operator: Client, workspace: Workspace
) -> None:
    compute(workspace)
    page = html(operator.get(url("funnel")))
    poll = re.search(r'id="zx-waiting"[^>]* hx-get="([^"]+)"', page)
    assert poll and 'hx-trigger="load delay:1s"' in page
    waiting = operator.get(poll[1])
    assert "hx-get" in html(waiting) and "HX-Retarget" not in waiting
    compute(workspace)
    done = operator.get(poll[1])
    assert (done["HX-Retarget"], done["HX-Reswap"]) == ("#zx-answer", "outerHTML")
    assert 'id="zx-answer"' in html(done) and 'data-chart="funnel"' in html(done)


def test_page__when_no_worker_takes_it_up__then_it_says_what_must_run(
    operator: Client, workspace: Workspace
) -> None:
    from recommender.models import InsightAnswer

    compute(workspace)
    operator.get(url("funnel"))
    assert "manage.py answer" not in html(operator.get(url("funnel")))
    InsightAnswer.objects.update(asked_at=datetime.now(UTC) - timedelta(seconds=30))
    assert "manage.py answer" in html(operator.get(url("funnel")))


def test_page__of_a_refusal__then_why_and_what_helps_in_the_operator_s_language(
    operator: Client, workspace: Workspace
) -> None:
    operator.cookies["django_language"] = "zh-hans"
    page = opened(operator, workspace, "forecast", **{**SMALL["forecast"], "horizon": 60})
    assert "还差" in page and "are missing" not in page


def test_page__without_any_event__then_an_empty_state_that_says_how_to_begin(
    workspace: Workspace, client: Client
) -> None:
    from django.contrib.auth.models import User

    user = User.objects.create_superuser("operator", password="long, for the suite")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for name in NAMES:
        page = html(client.get(url(name)))
        assert "Nothing has happened yet" in page and '<form method="get"' not in page


def test_row__of_the_list__then_its_page_with_its_form_filled_in(
    operator: Client, workspace: Workspace
) -> None:
    from recommender.models import InsightAnswer

    opened(operator, workspace, "forecast", **SMALL["forecast"])
    row = InsightAnswer.objects.get()
    page = html(operator.get(reverse("admin:recommender_insightanswer_change", args=[row.pk])))
    assert 'data-chart="forecast"' in page and 'value="7"' in page
    assert "says more than the form" not in page
    listed = html(operator.get(reverse("admin:recommender_insightanswer_changelist")))
    assert "Course enrolled · how many events · days" in listed


def test_question__of_the_api_that_the_form_cannot_say__then_the_page_says_so(
    operator: Client, workspace: Workspace
) -> None:
    from recommender.asking import Asker, ask, parse

    compute(workspace)
    steps = [{"event": "Course Enrolled"}] * 7
    asker = Asker(NOW, datetime.now(UTC), workspace.zone)
    row = ask(parse("funnel", {"steps": steps}), asker)
    page = html(operator.get(reverse("admin:recommender_insightanswer_change", args=[row.pk])))
    assert "says more than the form" in page


@pytest.mark.parametrize(
    ("written", "value"),
    [("5", 5), ("5.5", 5.5), ("true", True), ("False", False), ('"5"', "5"), ("here", "here"),
     ("nan", "nan"), ("1e400", "1e400"), (" 7 ", 7), ('"true"', "true")],
)  # fmt: skip
def test_value__as_an_operator_writes_it__then_typed_and_back(written: str, value: object) -> None:
    from marketing.studio.insights._form import text, typed

    assert typed(written) == value and type(typed(written)) is type(value)
    assert typed(text(typed(written))) == value


def test_pages__of_events_with_hostile_names__then_escaped(
    operator: Client, workspace: Workspace, send: Callable[..., Any]
) -> None:
    from marketing import pipeline

    attack = "<img src=x onerror=alert(1)>\"'</script>"
    at = NOW - timedelta(days=1)
    named = {attack: "1"}
    send(*[track(f"p{i}", attack, at, content=f"{attack}{i % 2}", **named) for i in range(9)],
         *[track(f"p{i}", attack, at, content="twin") for i in range(9)])  # fmt: skip
    pipeline.drain(workspace, NOW)
    asked = {
        "funnel": {"step1": attack, "step2": attack, "within": 9, "within_unit": "d", "days": 9},
        "retention": {"start": attack, "by": "day", "enter": "first", "counts": "in_period",
                      "cohorts": 5, "periods": 2},
        "forecast": {**SMALL["forecast"], "of": attack},
        "associations": {**SMALL["associations"], "of": attack, "at_least": 5, "confidence": 0},
        "planner": {**SMALL["planner"], "goal": attack},
    }  # fmt: skip
    for name, fields in asked.items():
        page = opened(operator, workspace, name, **fields)
        assert "onerror" in page
        for raw in ("<img src=x", "</script>\"'", "'</script>"):
            assert raw not in page, name
