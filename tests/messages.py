"""Messages of the Segment dialect, short to write."""

from __future__ import annotations

from datetime import datetime
from itertools import count

_numbers = count()


def track(
    user: str | None,
    event: str,
    at: datetime,
    *,
    anonymous: str | None = None,
    **properties: object,
) -> dict[str, object]:
    return _message("track", user, anonymous, at) | {"event": event, "properties": properties}


def identify(
    user: str | None, at: datetime, *, anonymous: str | None = None, **traits: object
) -> dict[str, object]:
    return _message("identify", user, anonymous, at) | {"traits": traits}


def _message(kind: str, user: str | None, anonymous: str | None, at: datetime) -> dict[str, object]:
    names = {"userId": user, "anonymousId": anonymous}
    return {
        "type": kind,
        "messageId": f"m{next(_numbers)}",
        "timestamp": at.isoformat(),
        **{name: value for name, value in names.items() if value is not None},
    }
