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

    codes: uint8[n] index into ``reasons``. arms: int8[n], -1 where undecided, 0 = holdout.
    later_at: when a guard that only delays would let these people pass; None if none delays.
    """

    ordinals: NDArray[np.int64]
    codes: NDArray[np.uint8]
    arms: NDArray[np.int8]
    reasons: tuple[str, ...]
    later_at: datetime | None

    def with_code(self, reason: str) -> NDArray[np.int64]:
        """The ordinals that got this reason."""
        return np.asarray(self.ordinals[self.codes == self.reasons.index(reason)])

    def counts(self) -> dict[str, int]:
        """Reason to number of people; reasons that hit nobody are 0."""
        counts = np.bincount(self.codes, minlength=len(self.reasons))
        return {reason: int(counts[i]) for i, reason in enumerate(self.reasons)}
