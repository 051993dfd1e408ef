"""What the journeys may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.driver import started

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with started() as driver:
        yield driver
