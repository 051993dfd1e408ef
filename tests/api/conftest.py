"""What the tests of the API may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace
    from tests.api.caller import Caller


@pytest.fixture(autouse=True)
def unthrottled() -> Iterator[None]:
    """Nobody has asked for anything yet."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """The workspace's clock stands still."""
    from tests.campaigns.stage import NOW

    workspace.frozen_at = NOW
    workspace.save()
    return workspace


@pytest.fixture
def app(here: Workspace) -> Caller:
    """With a write key."""
    from tests.api.caller import bearer, key

    return bearer(key("write")[1])


@pytest.fixture
def server(here: Workspace) -> Caller:
    """With a server key."""
    from tests.api.caller import bearer, key

    return bearer(key("server")[1])
