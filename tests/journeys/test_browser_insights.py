"""An operator asks for a funnel in a real browser, waits, and sees it drawn without reloading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.driver import MARKS, sign_in, wait_for
from tests.journeys.test_browser import NOW

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from marketing.workspace.models import Workspace

pytestmark = MARKS


@pytest.fixture
def asked(workspace: Workspace, send: Callable[..., Any]) -> Workspace:
    """Thirty who enrolled, ten of whom submitted; the list of events is made."""
    from django.contrib.auth import get_user_model

    from marketing import pipeline
    from tests.messages import track

    workspace.frozen_at = NOW
    workspace.save()
    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    at = NOW - timedelta(days=9)
    send(*[track(f"p{i}", "Course Enrolled", at) for i in range(30)],
         *[track(f"p{i}", "Assessment Submitted", at + timedelta(days=2)) for i in range(10)],
         now=NOW)  # fmt: skip
    pipeline.refresh(workspace, NOW)
    compute(workspace)
    return workspace


def compute(space: Workspace) -> None:
    from marketing import pipeline

    while pipeline.answer(space, NOW, datetime.now(UTC)):
        pass


def test_operator__asks_for_a_funnel__then_waits_and_sees_it_drawn(
    browser: Chrome, live_server: Any, asked: Workspace
) -> None:
    sign_in(browser, live_server.url)
    wait_for(browser, ".zx-kpi-value", "30")
    browser.find_element("partial link text", "Funnel").click()
    wait_for(browser, "#zx-waiting", "Being computed")
    browser.execute_script("window.stays = true")
    compute(asked)
    wait_for(browser, "#zx-answer .zx-kpi-value", "30")
    assert browser.execute_script("return window.stays"), "the page was not loaded anew"
    wait_for(browser, "#zx-answer .zx-chart svg", "33.3%")

    field = browser.find_element("id", "id_within")
    field.clear()
    field.send_keys("1")
    browser.find_element("css selector", ".zx-ask button[type=submit]").click()
    wait_for(browser, "#zx-waiting", "Being computed")
    compute(asked)
    wait_for(browser, "#zx-answer .zx-chart svg", "0%")
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []
