"""How much the person's events come to: the sum of price_cents, or of the number that is named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.text import Text


class Revenue(Metric):
    """An event without the number adds nothing. Names that end in _cents are money."""

    label = Text("Revenue per person", "人均收入")
    unit = "money"
    takes = frozenset({"amount", "cap_percentile"})
    default_amount = "price_cents"

    @classmethod
    def unit_of(cls, definition: Definition) -> str:
        return cls.unit if definition.reads.endswith("_cents") else "number"

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        np.add.at(values, rows.places, rows.worth)
