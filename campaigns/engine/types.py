"""The values of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from campaigns.engine.contextual import Contextual
from campaigns.guards import Guard
from marketing.conditions.groups import Node
from marketing.conditions.types import Ref
from marketing.experiments.bucketing import Namespace

HOLDOUT = 0
YES = "yes"
WITHHELD = "withheld"
NOT_IN_AUDIENCE = "not_in_audience"
OTHER_SLICE = "other_slice"
PROGRAMME_HOLDOUT = "programme_holdout"

# What the ledger knows of a person beforehand.
ARM = Ref("context", "arm")  # which arm of the campaign's experiment it has seen
TESTER = Ref("context", "tester")  # which arm it tests


@dataclass(frozen=True)
class Programme:
    """A holdout that campaigns have in common. ``seed``: of its split; ``holdout``: share held out.

    ``remembers``: the share has changed, so who was dealt before is asked of the ledger.
    """

    key: str
    seed: str
    holdout: float
    remembers: bool = False

    @property
    def arm(self) -> Ref:
        """Which arm of the programme's experiment a person has seen: 0 held out, 1 not."""
        return Ref("context", f"arm_of:{self.key}")


@dataclass(frozen=True)
class Rule:
    """What decides. ``weights``: the holdout's share first, then each variant's; they add to 1.

    ``layer``: the slice of people who may take part; None: all. ``remembers``: the weights have
    changed, so people keep the arm that they have seen. ``contextual``: the variants' shares by who
    a person is, within what the holdout leaves; None: by ``weights``.
    """

    key: str
    version: int
    audience: Node
    guards: tuple[Guard, ...]
    weights: tuple[float, ...]
    variants: tuple[str, ...]
    layer: Namespace | None = None
    programmes: tuple[Programme, ...] = ()
    remembers: bool = False
    has_testers: bool = False
    contextual: Contextual | None = None

    def reads(self) -> tuple[Ref, ...]:
        """The columns that the split looks at, beside audience and guards."""
        found = [ARM] if self.remembers else []
        found += [TESTER] if self.has_testers else []
        found += [each.arm for each in self.programmes if each.remembers]
        return (*found, *(self.contextual.reads if self.contextual else ()))


@dataclass(frozen=True)
class Decisions:
    """One answer a person, aligned with ``ordinals`` (int64[n]).

    codes: uint8[n] index into ``reasons``. arms: int8[n], -1 for a no, 0 = holdout; people whom a
    guard only delays, or whom a programme holds out, have an arm and that code. held_by: int8[n]
    index of the rule's programme that holds the person out, -1: none. is_test: bool[n].
    propensities: float64[n, arms] by which the arm was drawn, None where the rule's weights say it.
    later_at: when the delay ends; None if nobody is delayed.
    """

    ordinals: NDArray[np.int64]
    codes: NDArray[np.uint8]
    arms: NDArray[np.int8]
    reasons: tuple[str, ...]
    later_at: datetime | None
    held_by: NDArray[np.int8]
    is_test: NDArray[np.bool_]
    propensities: NDArray[np.float64] | None = None

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
