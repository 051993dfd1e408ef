"""An operator finds groups in a real browser: chooses columns, waits, names a group, accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.driver import MARKS, severe, sign_in, wait_for

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from marketing.workspace.models import Workspace

pytestmark = MARKS


@pytest.fixture
def town(workspace: Workspace, send: Callable[..., Any]) -> Workspace:
    """Three kinds of people, and an operator."""
    from django.contrib.auth import get_user_model

    from tests.segments import town

    workspace.frozen_at = town.NOW
    workspace.save()
    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    town.fill(workspace, send)
    return workspace


def test_operator__finds_groups__then_each_is_a_segment_with_the_name_given(
    browser: Chrome, live_server: Any, town: Workspace
) -> None:
    from segments.models import Segment
    from tests.segments.town import work

    sign_in(browser, live_server.url)
    wait_for(browser, ".zx-kpi-value", "240")
    browser.get(f"{live_server.url}/admin/segments/segment/add/")
    browser.find_element("partial link text", "Find groups").click()

    choose(browser, "visits", "spent")
    wait_for(browser, "[data-count-of]", "2 /")
    browser.find_element("css selector", "input[value=kmeans]").click()
    browser.find_element("id", "id_k").send_keys("3")
    browser.find_element("css selector", ".zx-ask-foot button").click()
    wait_for(browser, "#zx-waiting", "Being learned")

    work(town)
    wait_for(browser, ".zx-portrait-said", "80 people")
    wait_for(browser, ".zx-chart svg", "80")
    field = browser.find_element("name", "name_0")
    field.clear()
    field.send_keys("Our first group")
    submit = browser.find_element("css selector", "form.zx-stack button[type=submit]")
    browser.execute_script("arguments[0].click()", submit)
    wait_for(browser, ".zx-chips a.zx-chip", "Our first group")
    assert Segment.objects.filter(kind="learned").count() == 3
    assert severe(browser) == []


def choose(browser: Chrome, *wanted: str) -> None:
    """Only these columns, each found by typing."""
    script = "document.querySelectorAll('#zx-columns input').forEach(e => { e.checked = false })"
    browser.execute_script(script)
    search = browser.find_element("css selector", "[data-finds]")
    for name in wanted:
        search.clear()
        search.send_keys(name)
        seen = browser.find_elements("css selector", "#zx-columns label:not([hidden])")
        shown = {each.text: each for each in seen if each.is_displayed()}
        assert all(name in text for text in shown)
        shown[name].click()
