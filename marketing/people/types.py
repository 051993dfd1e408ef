"""Frozen values that leave the people room."""

from __future__ import annotations

from typing import NamedTuple


class Names(NamedTuple):
    """The names on one message; at least one is given. Prefixes are part of a key."""

    user: str | None
    anonymous: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in (self.user, self.anonymous) if key)
