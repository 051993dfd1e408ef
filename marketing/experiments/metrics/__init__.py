"""The registry of metrics: what one exposed person did within a window after the exposure.

A member says how events become one number a person; which event, which amount and how long are
fields of its definition. Laws: parts add up to the whole (the sums of two groups are those of
both), and batches do (events told in two parts give what they give at once).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.local_days import DAY_US
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text

UNITS = ("share", "money", "number", "days")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A member with its fields filled in.

    ``kind``: the member's name. ``amount``: the number that counts; empty: the member's own, or 1
    an event. ``per_event``: what a ratio is divided by. The window is from the exposure on for
    ``days`` of 24 hours, both ends included. ``from_day``: for retention, where it begins.
    ``cap_percentile``: people's values above it are moved to it. ``percentile``: which one of the
    values is compared, 0 to 100; None: their mean.
    """

    kind: str
    event: str
    amount: str = ""
    per_event: str = ""
    from_day: int = 0
    days: int
    cap_percentile: float | None = None
    percentile: float | None = None
    lower_is_better: bool = False

    @property
    def window_us(self) -> int:
        return self.days * DAY_US

    @property
    def reads(self) -> str:
        """The property that is summed; empty where each event counts 1."""
        return self.amount or METRICS.get(self.kind).default_amount

    @property
    def unit(self) -> str:
        """One of ``UNITS``; money is in minor units, a share is 0 to 1."""
        return METRICS.get(self.kind).unit_of(self)


@dataclass(frozen=True)
class Rows:
    """Some events of exposed people, all inside their person's window, in no order.

    ``places`` int64[m]: whose. ``after_us`` int64[m]: microseconds since the window began, 0 to
    ``window_us``. ``amounts`` float64[m], 0 where an event has none; None where nothing is summed.
    """

    places: NDArray[np.int64]
    after_us: NDArray[np.int64]
    amounts: NDArray[np.float64] | None = None

    @property
    def worth(self) -> NDArray[np.float64] | float:
        """What each event adds: its amount, or 1."""
        return 1.0 if self.amounts is None else self.amounts


class Metric:
    """The contract: one array by person, which every batch of events changes in place.

    ``is_share``: values are 0 and 1. ``needs``: fields of the definition that must be filled in;
    ``takes``: those that may be, and mean nothing to the others. ``default_amount``: what is summed
    where the definition names nothing. ``has_before``: the same over a window before the exposure
    says something about the one after it. ``has_counts``: how many people have each value is needed
    too, since a percentile of them is compared.
    """

    label: ClassVar[Text]
    unit: ClassVar[str]
    is_share: ClassVar[bool] = False
    needs: ClassVar[frozenset[str]] = frozenset()
    takes: ClassVar[frozenset[str]] = frozenset()
    default_amount: ClassVar[str] = ""
    has_before: ClassVar[bool] = True
    has_counts: ClassVar[bool] = False

    @classmethod
    def unit_of(cls, definition: Definition) -> str:
        """Of this definition's values."""
        return cls.unit

    @classmethod
    def nothing(cls, n: int, definition: Definition) -> NDArray[np.float64]:
        """float64[n]: the value of whoever has no event."""
        return np.zeros(n)

    @classmethod
    def add(cls, values: NDArray[np.float64], rows: Rows, definition: Definition) -> None:
        """Take these events into ``values``, in place; in whatever order batches come."""
        raise NotImplementedError


METRICS: Registry[Metric] = Registry(__name__, Metric, "metric")
