"""What the tests of insights may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    found = ibis.duckdb.connect()
    yield found
    found.disconnect()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As in ``Forecast.answer``: the parts of it that are tested alone must not wait either."""
    with threadpool_limits(1, "blas"):
        yield
