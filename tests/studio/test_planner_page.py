"""The planner's page: its numbers are those of the events, and a campaign fills in its form."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from marketing.experiments.models import MetricDefinition
from marketing.studio import insight_charts as plots
from marketing.studio.insights import campaign_plan
from marketing.studio.insights._planner_words import amount, points, rise
from recommender.insights.planner import PlannedDay, PlannerAnswer, Unit, Wish
from tests.campaigns.stage import draft, everybody
from tests.studio.test_insight_pages import (
    GIVEN,
    SMALL,
    compute,
    data,
    html,
    opened,
    operator,
)
from tests.studio.words import strangers

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

__all__ = ["operator"]
AMOUNT = {"goal": "Assessment Submitted", "counts": "amount", "amount": "score", "goal_days": 7,
          "days": 70, "active": "", "reach": "as_they_come", "holdout_percent": 20,
          "planned_days": 14, "power": 80, "daily_looks": "yes", "effect_percent": 5,
          "effect_points": 3}  # fmt: skip


def test_planner__of_a_form__then_its_numbers_are_those_of_the_events(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(operator, workspace, "planner", **SMALL["planner"])
    chart = data(page, "i-plan")
    assert [len(chart["x"]), chart["series"][1]["values"][0]] == [90, 5]
    found = [each for each in chart["series"][0]["values"] if each is not None]
    assert found[0] > found[-1], "more days, more people, smaller effects"
    # Scores of a hundred and more are those of days 50 to 69: the first ones of twenty learners.
    assert "20 of 34 people" in page
    assert page.count('aria-current="true"') == 1


def test_planner__of_a_segment__then_only_its_members_are_planned_with(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(operator, workspace, "planner", **SMALL["planner"], segment="nobody")
    assert 'id="id_segment_error"' in page
    everyone = opened(operator, workspace, "planner", **SMALL["planner"])
    some = opened(operator, workspace, "planner", **SMALL["planner"], segment="new")
    assert some != everyone and "Base rate" in everyone


def test_campaign__then_its_page_leads_to_its_plan(operator: Client, workspace: Workspace) -> None:
    campaign = draft("offer", goal_event="Assessment Submitted", holdout_percent=30, goal_days=7)
    shown = html(operator.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk])))
    link = re.search(r'href="([^"]+/ask/planner/[^"]+)"', shown)
    assert link
    compute(workspace)
    page = html(operator.get(unescape(link[1])))
    assert "zx-field-error" not in page and "zx-waiting" in page
    assert re.search(r'name="holdout_percent" value="30"', page)
    assert 'value="Assessment Submitted" selected' in page


def inside(key: str, **more: Any) -> dict[str, Any]:
    leaf = {"type": "segment", "name": key, "op": "eq", "value": True} | more
    return everybody() | {"condition": {"all": [leaf]}}


@pytest.mark.parametrize(
    ("fields", "segment"),
    [({"occasion": "transition", "segment_key": "new"}, "new"),
     ({"audience": inside("new")}, "new"), ({"audience": inside("new", value=False)}, ""),
     ({"audience": inside("gone")}, ""), ({}, "")],
)  # fmt: skip
def test_plan__of_a_campaign__then_of_the_segment_that_it_is_about(
    fields: dict[str, Any], segment: str, operator: Client
) -> None:
    asked = parse_qs(urlsplit(campaign_plan.address(draft("offer", **fields))).query)
    assert asked.get("segment", [""]) == [segment]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"occasion": "event", "event_name": "Course Enrolled", "planned_days": 200},
      {"active": ["Course Enrolled"], "reach": ["as_they_come"], "planned_days": ["90"]}),
     ({"occasion": "schedule", "holdout_percent": 0, "goal_days": 300},
      {"reach": ["at_once"], "holdout_percent": ["1"], "goal_days": ["90"], "days": ["180"]}),
     ({"method": "bayes"}, {"daily_looks": ["no"]})],
)  # fmt: skip
def test_plan__of_any_campaign__then_within_the_form_s_bounds(
    fields: dict[str, Any], expected: dict[str, Any], operator: Client
) -> None:
    asked = parse_qs(urlsplit(campaign_plan.address(draft("offer", **fields))).query)
    assert {name: asked[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "—"), (0.0184, "1.8"), (0.0042, "0.42"), (0.00004, "0.0040"), (0.5, "50.0")],
)
def test_points__then_as_many_digits_as_tell_something(share: float | None, words: str) -> None:
    assert points(share) == words


def test_planner__of_an_amount__then_its_page_says_it_in_its_unit(
    operator: Client, workspace: Workspace
) -> None:
    page = opened(operator, workspace, "planner", **AMOUNT)
    assert "Mean a person" in page and "standard deviation" in page and "Base rate" not in page
    assert "percentage points" not in page and "Mean then" in page
    chart = data(page, "i-plan")
    assert chart["unit"] == "number" and "suffix" not in chart
    smallest, hoped = (each["values"] for each in chart["series"])
    found = [each for each in smallest if each is not None]
    assert found[0] > found[-1] > 0
    # The hoped-for rise is 5 percent of a mean of scores of 50 to 119, one a person or two.
    assert 2.5 < hoped[0] < 6 and len(set(hoped)) == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_planner__of_an_amount__then_in_the_operator_s_language_alone(
    language: str, operator: Client, workspace: Workspace
) -> None:
    operator.cookies["django_language"] = language
    page = opened(operator, workspace, "planner", **AMOUNT)
    assert "zx-waiting" not in page and 'class="zx-chart"' in page
    assert strangers(page, language, (*GIVEN, "score")) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "with a number in"), ("zh-hans", "都没有数值")],
)
def test_planner__of_an_amount_that_nobody_has__then_it_says_so(
    language: str, words: str, operator: Client, workspace: Workspace
) -> None:
    operator.cookies["django_language"] = language
    page = opened(operator, workspace, "planner", **AMOUNT | {"amount": "price_cents"})
    assert words in page and "price_cents" in page and 'class="zx-chart"' not in page


@pytest.mark.parametrize("name", ["", 'sc"ore'])
def test_planner__of_an_amount_without_a_name_that_can_be__then_its_field_says_so(
    name: str, operator: Client, workspace: Workspace
) -> None:
    compute(workspace)
    page = opened(operator, workspace, "planner", **AMOUNT | {"amount": name})
    assert 'id="id_amount_error"' in page


def test_planner__of_whether_it_is_done__then_what_is_filled_in_for_numbers_is_not_asked(
    operator: Client, workspace: Workspace
) -> None:
    left = {"counts": "done", "amount": "score", "effect_percent": 5}
    page = opened(operator, workspace, "planner", **SMALL["planner"] | left)
    assert "Base rate" in page and "20 of 34 people" in page
    assert 'name="amount" value="score"' in page


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [("revenue", "", ["price_cents"]), ("revenue", "stars", ["stars"]), ("conversion", "", [])],
)
def test_plan__of_a_campaign_that_revenue_decides__then_of_its_amount(
    kind: str, amount: str, expected: list[str], operator: Client
) -> None:
    metric = MetricDefinition.objects.create(
        key="m", name="M", kind=kind, event="Course Enrolled", amount=amount, days=30
    )
    campaign = draft("offer", goal_event="Assessment Submitted", goal_metric=metric)
    asked = parse_qs(urlsplit(campaign_plan.address(campaign)).query)
    assert asked.get("amount", []) == expected
    assert asked["counts"] == (["amount"] if expected else ["done"])
    event, days = ("Course Enrolled", "30") if expected else ("Assessment Submitted", "14")
    assert (asked["goal"], asked["goal_days"]) == ([event], [days])


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(12_345.6, "money", "¥123.46"), (0.4, "money", "< ¥0.01"), (3.14159, "number", "3.14"),
     (0.001234, "number", "0.0012"), (1_234.5, "number", "1,234.50"), (0.184, "share", "18.4%"),
     (None, "money", "—")],
)  # fmt: skip
def test_amount__then_in_its_unit(value: float | None, unit: Unit, words: str) -> None:
    assert amount(value, unit) == words


def test_rise__then_of_shares_in_points_and_of_amounts_in_their_unit() -> None:
    assert [rise(0.0184, "share"), rise(1_840, "money"), rise(None, "number")] == [
        "1.8 points", "¥18.40", "—",
    ]  # fmt: skip


def test_chart__of_money__then_in_whole_units() -> None:
    days = tuple(
        PlannedDay(day=day, people=10 * day, inflation=1.0, detectable=found)
        for day, found in enumerate([None, 90_000.0, 20_000.0, 10_000.0], start=1)
    )
    wish = Wish(effect=5_000.0, treated=40, control=40, days=8)
    answer = PlannerAnswer(
        people=40, new_a_day=1.0, matured=20, reached=5, base=25_000.0, deviation=9_000.0,
        unit="money", days=days, planned=days[3], wish=wish,
    )  # fmt: skip
    chart = plots.plan(answer)
    # Day 2's is more than three times the planned day's.
    assert [each["values"] for each in chart["series"]] == [[None, None, 200, 100], [50] * 4]
    assert chart["unit"] == "money"
