"""A version, number by number: 3.10 is above 3.9."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text
from marketing.kernel.versions import numbers


class VersionAtLeast(Operator):
    takes = "version"
    on = frozenset({"text"})
    reads = "version"
    phrase = Text("is version {value} or later", "版本不低于{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        mine, other = numbers(value), numbers(operand)
        return mine is not None and other is not None and mine >= other
