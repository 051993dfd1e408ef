"""A percentile of people's amounts: the median, or what the top tenth reach.

Of everybody exposed, whoever has no event counting 0: leaving them out would compare people who
were chosen by what the arm did. A mean says how much comes in; this says what is usual, or what the
keenest do, and a few huge amounts do not move it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.text import Text


class Percentile(Metric):
    """Of how many events a person has, or of what ``amount`` comes to."""

    label = Text("Percentile of a person's amount", "人均数值的百分位")
    unit = "number"
    needs = frozenset({"percentile"})
    takes = frozenset({"amount"})
    has_before = False
    has_counts = True

    @classmethod
    def unit_of(cls, definition: Definition) -> str:
        return "money" if definition.reads.endswith("_cents") else cls.unit

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        np.add.at(values, rows.places, rows.worth)
