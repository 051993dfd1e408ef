"""How much of one event comes with another, as clicks per view: sums of the one over the other.

A person's own ratio means little where they have few views, so groups are compared by the ratio of
their sums (the delta method, see ``statistics.estimate.of_ratios``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.text import Text


class Ratio(Metric):
    """``values`` are the numerators; a person's ``per_event`` are counted beside them."""

    label = Text("Ratio of two events", "两类事件之比")
    unit = "number"
    needs = frozenset({"per_event"})
    takes = frozenset({"amount", "cap_percentile"})
    has_before = False

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        np.add.at(values, rows.places, rows.worth)
