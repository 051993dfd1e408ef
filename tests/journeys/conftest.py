"""What the journeys may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.driver import sign_in, started, wait_for
from tests.journeys.rule_page import RulePage

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from marketing.workspace.models import Workspace


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with started() as driver:
        yield driver


@pytest.fixture
def page(
    browser: Chrome, live_server: Any, workspace: Workspace, send: Callable[..., Any]
) -> RulePage:
    """The twelve people of the rule stage, and an operator who is signed in."""
    from django.contrib.auth import get_user_model

    from tests.studio.rule_stage import fill

    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    fill(workspace, send)
    sign_in(browser, live_server.url)
    wait_for(browser, ".zx-kpi-value", "12")
    return RulePage(browser)
