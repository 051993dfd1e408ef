"""The errors that a person may see. An error's docstring is its message; its data are attributes.

Mapped once to RFC 9457 problem+json in ``marketing.api.problems`` and once to an admin message.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MarketingError(Exception):
    """Something went wrong."""

    status = 500

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        pointer: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").split("\n")[0]
        self.code = code or type(self).__name__.lower()
        self.pointer = pointer
        self.fix = fix
        super().__init__(self.message)

    def __str__(self) -> str:
        where = f" at {self.pointer}" if self.pointer else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{self.message}{where}.{fix}" if where or fix else self.message


class Invalid(MarketingError):
    """The value is not one that is understood."""

    status = 400


class TooLarge(Invalid):
    """The request is larger than what is accepted."""

    status = 413


class Unauthorized(MarketingError):
    """No valid key or token came with the request."""

    status = 401


class Forbidden(MarketingError):
    """The key or token does not allow this."""

    status = 403


class NotFound(MarketingError):
    """There is nothing under that name."""

    status = 404


class Conflict(MarketingError):
    """The present state does not allow this."""

    status = 409


class Unavailable(MarketingError):
    """This cannot be answered just now."""

    status = 503

    def __init__(self, message: str = "", *, retry_after_s: int = 5, **more: str | None) -> None:
        super().__init__(message, **more)
        self.retry_after_s = retry_after_s


def unknown_name(
    kind: str, name: str, known: Iterable[str], *, pointer: str | None = None
) -> NotFound:
    """The error for a misspelt name, with the nearest valid one as its fix."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(names[:12]) or 'none'}."
    return NotFound(
        f"There is no {kind} '{name}'",
        code=f"unknown_{kind.replace(' ', '_')}",
        pointer=pointer,
        fix=hint,
    )
