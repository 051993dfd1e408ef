"""An operator's first hour, in a real browser: sign in, read, launch, read the result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.journeys.driver import MARKS, severe, sign_in, wait_for

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from campaigns.models import Campaign
    from marketing.workspace.models import Workspace

pytestmark = MARKS
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)


@pytest.fixture
def stage(workspace: Workspace, send: Callable[..., Any]) -> Campaign:
    """120 people who went quiet, all of them at risk; the win-back campaign as a draft."""
    from django.contrib.auth import get_user_model

    from marketing import pipeline
    from marketing.demo.setting import WIN_BACK, create_campaigns
    from marketing.kernel.text import Text
    from marketing.people.queries import highest_ordinal
    from marketing.personas.services import write_score
    from segments import shipped

    workspace.frozen_at = NOW
    workspace.save()
    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    shipped.install()
    send(*[body for i in range(120) for body in _learner(i)], now=NOW)
    pipeline.refresh(workspace, NOW)
    scores = np.concatenate([[np.nan], np.linspace(0, 1, highest_ordinal())])
    write_score("churn", scores, NOW, Text("Risk of leaving a course", "退课风险"))
    return next(c for c in create_campaigns() if c.key == WIN_BACK)


def _learner(i: int) -> list[dict[str, object]]:
    at = (NOW - timedelta(days=40)).isoformat()
    who = {"userId": f"learner-{i}", "timestamp": at}
    return [
        {"type": "identify", "messageId": f"i{i}", "traits": {"inbox_consent": True}, **who},
        {"type": "track", "messageId": f"e{i}", "event": "Course Enrolled",
         "properties": {"content": "algebra", "price_cents": 9900}, **who},
    ]  # fmt: skip


def test_operator__signs_in_reads_a_segment_launches_and_reads_the_result(
    browser: Chrome, live_server: Any, stage: Campaign, workspace: Workspace,
    send: Callable[..., Any],
) -> None:  # fmt: skip
    sign_in(browser, live_server.url)
    wait_for(browser, ".zx-kpi-value", "120")

    browser.get(f"{live_server.url}/admin/segments/segment/")
    browser.find_element("partial link text", "At risk").click()
    wait_for(browser, ".zx-sentence", "Activity 29 to 84 days ago")
    wait_for(browser, ".zx-kpi-value", "120")

    browser.get(f"{live_server.url}/admin/campaigns/campaign/{stage.pk}/change/")
    browser.find_element("id", "campaign-launch").click()
    wait_for(browser, "#content-main .zx-badge", "Running")

    returned = come_back(workspace, stage, send)
    browser.get(f"{live_server.url}/admin/campaigns/campaign/{stage.pk}/result/")
    page = browser.find_element("id", "content").text
    assert "Simulated answers" not in page  # no demo: nothing here was thrown by dice
    assert "Holdout" in page and "All variants" in page
    shown = browser.find_element(
        "xpath", "//table[contains(@class, 'zx-table')]//tr[th[contains(., 'All variants')]]"
    ).text
    assert f"{returned} · " in shown
    assert browser.find_elements("css selector", ".zx-chart svg"), "the charts are drawn"
    assert severe(browser) == []


def come_back(workspace: Workspace, campaign: Campaign, send: Callable[..., Any]) -> int:
    """The run, its deliveries, and half of those who got a coupon enrolling again."""
    from campaigns.models import Delivery, State
    from marketing import pipeline

    pipeline.launch_due(workspace, NOW)
    while pipeline.drain(workspace, NOW):
        pass
    got = Delivery.objects.filter(campaign=campaign, state=State.DELIVERED).order_by("pk")
    assert got.exists()
    half = list(got)[::2]
    later = NOW + timedelta(days=2)
    send(*[_again(delivery.person.external_id, later) for delivery in half], now=later)
    pipeline.drain(workspace, later)
    pipeline.measure(workspace, NOW + timedelta(days=20))
    return len(half)


def _again(external_id: str, at: datetime) -> dict[str, object]:
    return {
        "type": "track", "messageId": f"again-{external_id}", "userId": external_id,
        "event": "Course Enrolled", "timestamp": at.isoformat(),
        "properties": {"content": "calculus", "price_cents": 19900},
    }  # fmt: skip
