"""Within a region: itself, or a part of it (``CN-31-Pudong`` is in ``CN-31`` and in ``CN``).

The parts of a place are separated by ``-``, ``/``, ``>`` or ``·``, from the large to the small.
"""

from __future__ import annotations

import re
from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text

_SEPARATOR = re.compile(r"\s*[-/>·]\s*")


class InRegion(Operator):
    takes = "list"
    on = frozenset({"text"})
    reads = "region"
    phrase = Text("is in {value}", "位于{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        place = _parts(value)
        regions = (_parts(str(each)) for each in operand)
        return any(place[: len(region)] == region for region in regions)


def _parts(place: str) -> list[str]:
    return _SEPARATOR.split(place.strip().casefold())
