"""Did the person come back: do it between two days after the exposure?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.metrics import Definition, Metric, Rows
from marketing.kernel.local_days import DAY_US
from marketing.kernel.text import Text


class Retention(Metric):
    """From the beginning of ``from_day`` to the beginning of ``days``: days 7 to 14 and 14 to 21
    share no moment.
    """

    label = Text("Retention", "留存率")
    unit = "share"
    is_share = True
    takes = frozenset({"from_day"})
    has_before = False

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        since, until = definition.from_day * DAY_US, definition.window_us
        came = (rows.after_us >= since) & (rows.after_us < until)
        values[rows.places[came]] = 1.0
