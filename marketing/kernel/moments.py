"""Moments as whole microseconds since 1970 UTC: what numpy, DuckDB and the databases hold alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR_US = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Exact (a float would lose the last digits)."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(at_us: int) -> datetime:
    """The same the other way round, in UTC; as exact."""
    return _EPOCH + timedelta(microseconds=at_us)
