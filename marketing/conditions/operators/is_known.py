"""Present; its negation finds what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np

from marketing.conditions.operators import Operator
from marketing.conditions.types import Mask
from marketing.kernel.text import Text


class IsKnown(Operator):
    takes = "nothing"
    on = frozenset({"number", "text", "flag"})
    phrase = Text("is known", "已知")

    @classmethod
    def test(cls, value: Any, operand: Any) -> Mask:
        return np.ones(len(value), dtype=bool) if isinstance(value, np.ndarray) else True
