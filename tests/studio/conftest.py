"""What the tests of the studio may ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace


@pytest.fixture
def studio(workspace: Workspace, send: Callable[..., Any], client: Client) -> Client:
    """The filled workspace, and a superuser who is signed in."""
    from tests.studio.stage import fill

    client.force_login(fill(workspace, send), backend="django.contrib.auth.backends.ModelBackend")
    return client
