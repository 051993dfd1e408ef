"""What the tests on real servers share: connections of their own, and events to send."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections


@pytest.fixture(autouse=True)
def _postgres_only() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("run `python -m tests.servers`")


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """One thread, so one connection of its own: what is submitted runs there, in order."""
    with ThreadPoolExecutor(max_workers=1) as one:
        yield one
        one.submit(connections.close_all).result(timeout=30)
