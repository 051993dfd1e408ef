"""Bodies from strangers, bounded before they are understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from marketing.kernel.bounded_json import MAX_BYTES, decode


class BoundedJSONParser(BaseParser):
    """JSON whatever the Content-Type says: beacons send text/plain."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Reads one byte more than is allowed, so that a lying Content-Length gains nothing."""
        return decode(stream.read(MAX_BYTES + 1))
