"""An operator's first hour, in a real browser: sign in, read, launch, read the result."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from campaigns.models import Campaign
    from marketing.workspace.models import Workspace

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="Chromium and its driver are not installed (Debian: chromium, chromium-driver)",
    ),
]
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1440,1000",
)  # fmt: skip


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER or ""))
        driver.implicitly_wait(5)
        yield driver
        driver.quit()


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
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []


def wait_for(browser: Chrome, css: str, text: str) -> None:
    """Until the first such element of the page that is loading says so."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.wait import WebDriverWait

    gone = [NoSuchElementException, StaleElementReferenceException]
    WebDriverWait(browser, 10, ignored_exceptions=gone).until(
        lambda page: text in page.find_element("css selector", css).text
    )


def sign_in(browser: Chrome, url: str) -> None:
    browser.get(f"{url}/admin/login/")
    browser.find_element("name", "username").send_keys("operator")
    browser.find_element("name", "password").send_keys("long and only for the suite")
    browser.find_element("css selector", "button[type=submit]").click()


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
    pipeline.measure(NOW + timedelta(days=20))
    return len(half)


def _again(external_id: str, at: datetime) -> dict[str, object]:
    return {
        "type": "track", "messageId": f"again-{external_id}", "userId": external_id,
        "event": "Course Enrolled", "timestamp": at.isoformat(),
        "properties": {"content": "calculus", "price_cents": 19900},
    }  # fmt: skip
