"""What a result is made of. Light: the web process reads stored results and computes none."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from marketing.experiments.models import Experiment
from marketing.kernel.text import Text

GOAL, MONEY = "goal", "revenue"
"""Keys of what is always measured: what decides, and the goal events' money."""


class Role(StrEnum):
    GOAL = "goal"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class Holds(StrEnum):
    """When a result's intervals hold."""

    ALWAYS = "always"  # whenever one looks, however often
    ONCE = "once"  # the plan is over: this is the one look
    CREDIBLE = "credible"  # by the stated priors; not by how often it would be wrong


class Safety(StrEnum):
    """Of a guardrail, by its margin."""

    SAFE = "safe"
    WORSE = "worse"
    UNKNOWN = "unknown"


class Effect(msgspec.Struct, frozen=True):
    """Per person, an arm minus the control, in the metric's unit.

    ``p``: two-sided, as the result's intervals hold. ``adjusted_p``: as if no other question had
    been asked: Holm's over the arms for the goal, Benjamini and Hochberg's over arms and metrics
    for those beside it. ``better``: chance that the arm does better, where credible.
    """

    estimate: float
    low: float
    high: float
    p: float
    adjusted_p: float
    better: float | None = None
    safety: Safety | None = None


class ArmValue(msgspec.Struct, frozen=True):
    """Of people whose window is over. ``value``: per person, the ratio or the percentile; None:
    nobody yet.
    """

    n: int
    total: float
    value: float | None


class MetricResult(msgspec.Struct, frozen=True):
    """``arms``, ``effects``: one an arm, the control's effect None; ``treated``: of all but the
    control together. ``limit``: amounts above count as it. ``margin``: of a guardrail, in percent.
    ``shape``, ``sums``: what all of it was computed from, see ``statistics.compare`` and
    ``summing.documents``. ``holds``: when its intervals do; a longer window's plan is over later.
    ``percentile``: which one is compared, of that shape.
    """

    key: str
    name: str
    name_zh: str
    unit: str
    role: Role
    days: int
    lower_is_better: bool
    limit: float | None
    margin: float | None
    arms: list[ArmValue]
    together: ArmValue
    effects: list[Effect | None]
    treated: Effect | None
    shape: str
    sums: list[dict[str, Any]]
    holds: Holds
    percentile: float | None = None

    @property
    def label(self) -> Text:
        return Text(self.name, self.name_zh)


class Asked(StrEnum):
    """What a check asks."""

    SPLIT = "split"
    EXPOSURE = "exposure"
    NOVELTY = "novelty"
    INTERACTION = "interaction"
    OUTLIERS = "outliers"


class CheckResult(msgspec.Struct, frozen=True):
    """``covers``: no effect may be read while it fails. ``numbers``: what its sentence needs."""

    name: Asked
    failed: bool
    covers: bool
    p: float | None = None
    numbers: dict[str, float] = {}
    about: str = ""


class SplitTable(msgspec.Struct, frozen=True):
    """People by cell (epoch, local day since 1970, stratum) and arm, and the shares meant there."""

    cells: list[list[int]]
    observed: list[list[int]]
    meant: list[list[float]]


class Result(msgspec.Struct, frozen=True):
    """``exposed``: people in each arm. ``immature``: whose goal window is still open: they are not
    in any effect yet. ``later``: who came after the planned days, once the plan is over: they are
    in none. ``holds``: when the goal's intervals do.
    """

    arms: list[str]
    control: int
    exposed: list[int]
    immature: int
    later: int
    holds: Holds
    metrics: list[MetricResult]
    checks: list[CheckResult]
    split: SplitTable | None

    def metric(self, key: str) -> MetricResult:
        return next(each for each in self.metrics if each.key == key)

    @property
    def covering(self) -> list[CheckResult]:
        """The checks that failed so that no effect may be read."""
        return [each for each in self.checks if each.failed and each.covers]

    def check(self, name: Asked) -> CheckResult | None:
        return next((each for each in self.checks if each.name == name), None)


def stored(experiment: Experiment) -> Result | None:
    """None before the first computation, and for a result kept by an older version."""
    if not experiment.result:
        return None
    try:
        return msgspec.convert(experiment.result, Result)
    except msgspec.ValidationError:
        return None
