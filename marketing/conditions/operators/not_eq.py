"""Present and different: a missing value is neither equal nor different."""

from __future__ import annotations

from typing import Any

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class Differs(Operator):
    takes = "scalar"
    on = frozenset({"number", "text", "flag"})
    phrase = Text("is not {value}", "不等于{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return value != operand  # type: ignore[no-any-return]
