"""Days and moments as the features count them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

DAY_US = 86_400_000_000
NEVER = np.iinfo(np.int64).max
"""A moment that was not stated, or that has not come: later than every other."""


def moments_us(texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """int64[n] microseconds since 1970 UTC of ISO dates or moments (object[n] of str | None).

    A date is its midnight in UTC, and so is a moment without a zone; what is no date is ``NEVER``.
    """
    known: dict[object, int] = {}
    for text in texts:
        if text not in known:
            known[text] = _moment_us(text)
    return np.fromiter((known[text] for text in texts), np.int64, len(texts))


def days_between(from_us: NDArray[np.int64], to_us: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """float64[n] days, negative when ``from_us`` is the later; NaN where either is ``NEVER``."""
    to = np.broadcast_to(np.asarray(to_us, dtype=np.int64), from_us.shape)
    stated = (from_us != NEVER) & (to != NEVER)
    days = np.full(from_us.shape, np.nan)
    days[stated] = (to[stated] - from_us[stated]) / DAY_US
    return days


def _moment_us(text: object) -> int:
    if not isinstance(text, str):
        return NEVER
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return NEVER
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
