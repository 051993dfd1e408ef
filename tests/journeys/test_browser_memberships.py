"""An operator looks into memberships in a real browser: from the grid to a segment, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.campaigns.stage import NOW
from tests.journeys.driver import MARKS, severe, sign_in, wait_for
from tests.segments.lived import LIVES, live

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from marketing.workspace.models import Workspace

pytestmark = MARKS
WIDTHS = (1440, 390)
PAGES = ("rfm/?region=champions", "lifecycle/", "overlap/")


@pytest.fixture
def lived(
    browser: Chrome, live_server: Any, workspace: Workspace, send: Callable[..., Any]
) -> Chrome:
    from django.contrib.auth import get_user_model

    workspace.frozen_at = NOW
    workspace.save()
    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    live(workspace, send)
    sign_in(browser, live_server.url)
    wait_for(browser, ".zx-kpi-value", str(len(LIVES)))
    return browser


def test_operator__chooses_a_cell__then_sees_who_is_in_it_and_makes_a_segment_of_it(
    lived: Chrome, live_server: Any
) -> None:
    lived.find_element("partial link text", "RFM grid").click()
    wait_for(lived, ".zx-heat", "Champions")
    lived.find_element("link text", "Champions").click()
    wait_for(lived, "#chosen .zx-kpi-value", "2")
    lived.find_element("link text", "Make this a segment").click()
    wait_for(lived, "zx-rules", "RFM recency")
    assert lived.find_element("name", "name").get_attribute("value") == "Champions"
    assert severe(lived) == []


def test_operator__asks_why__then_is_told_without_leaving_the_page(
    lived: Chrome, live_server: Any
) -> None:
    from segments.models import Segment

    stage = Segment.objects.get(key="at_risk")
    lived.get(f"{live_server.url}/admin/segments/segment/{stage.pk}/change/")
    wait_for(lived, "zx-rules", "Days since first activity")
    lived.execute_script("window.stays = true")
    lived.find_element("id", "zx-why-person").send_keys("dan\n")
    wait_for(lived, "#zx-why", "seen: 38")
    assert "since" in lived.find_element("id", "zx-why").text
    assert lived.execute_script("return window.stays"), "the page was not loaded anew"
    lived.find_element("link text", "dan").click()
    wait_for(lived, ".zx-places", "Not inside")
    lived.find_element("css selector", ".zx-place summary").click()
    wait_for(lived, ".zx-place .zx-reasons", "seen:")
    assert severe(lived) == []


def test_pages__on_a_wide_and_on_a_narrow_screen__do_not_scroll_sideways(
    lived: Chrome, live_server: Any
) -> None:
    for width in WIDTHS:
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        lived.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        for page in PAGES:
            lived.get(f"{live_server.url}/admin/segments/segment/{page}")
            wait_for(lived, ".zx-card", "")
            across = lived.execute_script("return document.documentElement.scrollWidth")
            assert across <= width, (page, width)
    assert severe(lived) == []
