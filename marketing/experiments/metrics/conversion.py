"""Did the person do it at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.text import Text


class Conversion(Metric):
    label = Text("Conversion", "转化率")
    unit = "share"
    is_share = True

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        values[rows.places] = 1.0
