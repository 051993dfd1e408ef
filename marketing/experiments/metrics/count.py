"""How often the person did it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.text import Text


class Count(Metric):
    label = Text("Count per person", "人均次数")
    unit = "number"
    takes = frozenset({"cap_percentile"})

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        np.add.at(values, rows.places, 1.0)
