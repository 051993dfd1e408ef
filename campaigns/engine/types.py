"""The values of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from campaigns.guards import Guard
from marketing.conditions.groups import Node

HOLDOUT = 0
YES = "yes"
WITHHELD = "withheld"
NOT_IN_AUDIENCE = "not_in_audience"


@dataclass(frozen=True)
class Rule:
    """What decides. ``weights``: the holdout's share first, then each variant's; they add to 1."""

    key: str
    version: int
    audience: Node
    guards: tuple[Guard, ...]
    weights: tuple[float, ...]
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Decisions:
    """One answer a person, aligned with ``ordinals`` (int64[n]).

    codes: uint8[n] index into ``reasons``. arms: int8[n], -1 for a no, 0 = holdout; people whom a
    guard only delays have an arm and the guard's code. later_at: when the delay ends; None if
    nobody is delayed.
    """

    ordinals: NDArray[np.int64]
    codes: NDArray[np.uint8]
    arms: NDArray[np.int8]
    reasons: tuple[str, ...]
    later_at: datetime | None

    def with_code(self, reason: str) -> NDArray[np.int64]:
        """The ordinals that got this reason."""
        wanted = [code for code, name in enumerate(self.reasons) if name == reason]
        return np.asarray(self.ordinals[np.isin(self.codes, wanted)])

    def counts(self) -> dict[str, int]:
        """Reason to number of people; reasons that hit nobody are 0."""
        found = dict.fromkeys(self.reasons, 0)
        for reason, n in zip(
            self.reasons, np.bincount(self.codes, minlength=len(self.reasons)), strict=True
        ):
            found[reason] += int(n)  # two guards of one kind (two channels) share a reason
        return found
