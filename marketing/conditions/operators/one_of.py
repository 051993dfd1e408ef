"""Equal to one of a list."""

from __future__ import annotations

from typing import Any

import numpy as np

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class OneOf(Operator):
    takes = "list"
    on = frozenset({"number", "text", "flag"})
    phrase = Text("is one of {value}", "属于{value}")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        if not isinstance(value, np.ndarray):
            return value in operand
        # Text operands can never match numbers; left in, numpy would compare everything as text.
        numbers = [each for each in operand if isinstance(each, int | float)]
        return np.isin(value, numbers)
