"""Greater or equal."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class AtLeast(Operator):
    takes = "number"
    on = frozenset({"number"})
    phrase = Text("is at least {value}", "至少为{value}")
    times = Text("at least", "至少")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return value >= operand  # type: ignore[no-any-return]
