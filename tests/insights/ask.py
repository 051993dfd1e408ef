"""Asking an insight over a few events that a test writes down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from recommender.insights import INSIGHTS, Groups, Moment
from tests.conformance.sources import source_of
from tests.conformance.streams import Said, rows

UTC_ZONE = ZoneInfo("UTC")


def ask(
    name: str, question: dict[str, Any], stream: Sequence[Said], now: datetime, *,
    zone: ZoneInfo = UTC_ZONE, groups: Groups | None = None, connection: Any = None,
) -> Any:  # fmt: skip
    """The typed answer; ``connection`` is used again where many are asked."""
    source = source_of(rows(stream))
    asked = msgspec.convert(question, INSIGHTS.get(name))
    return asked.answer(source, Moment(now, zone, groups))
