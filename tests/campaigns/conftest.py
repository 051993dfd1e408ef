"""What the tests of campaigns may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from campaigns.actions import Message


@pytest.fixture
def pushed(db: None) -> Iterator[Mapping[str, Message]]:
    """What has left by push so far in this test: idempotency key to message."""
    from campaigns import delivering
    from campaigns.channels.memory import Memory

    delivering._channel.cache_clear()
    channel = delivering._channel("push")
    assert isinstance(channel, Memory)
    yield channel.sent
    delivering._channel.cache_clear()
