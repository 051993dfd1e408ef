"""How many days until the person did it; whoever did not counts the whole window.

The restricted mean time: its difference is the area between the two curves of who did not yet.
Source: Royston and Parmar (2013), BMC Medical Research Methodology 13:152. Every window must be
over, so nobody is censored earlier.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.local_days import DAY_US
from marketing.kernel.text import Text


class TimeToEvent(Metric):
    label = Text("Days until it happens", "距发生天数")
    unit = "days"
    has_before = False

    @classmethod
    def nothing(cls, n: int, definition: Definition) -> NDArray[np.float64]:
        return np.full(n, float(definition.days))

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        np.minimum.at(values, rows.places, rows.after_us / DAY_US)
