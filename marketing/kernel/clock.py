"""The workspace's clock: real, or frozen as in the demo. Only entry points read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """``frozen_at`` None means the real clock."""

    frozen_at: datetime | None = None

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    def now(self) -> datetime:
        """An aware moment in UTC."""
        return self.frozen_at.astimezone(UTC) if self.frozen_at else datetime.now(UTC)
