"""The planner's page: its numbers are those of the events, and a campaign fills in its form."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from marketing.studio.insights import campaign_plan
from marketing.studio.insights._planner_words import points
from tests.campaigns.stage import draft, everybody
from tests.studio.test_insight_pages import SMALL, compute, data, html, opened, operator

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

__all__ = ["operator"]


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
