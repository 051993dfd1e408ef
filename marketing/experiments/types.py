"""What a result is made of. Light: the web process reads stored results and computes none."""

from __future__ import annotations

import msgspec

from marketing.experiments.models import Experiment
from marketing.experiments.statistics.ratio_mismatch import MISMATCH_P


class Effect(msgspec.Struct, frozen=True):
    """Per person, treated minus holdout: a share for conversion, cents for revenue."""

    estimate: float
    low: float
    high: float


class ArmResult(msgspec.Struct, frozen=True):
    """One arm. ``effects``: metric name to Effect, None where it means nothing yet."""

    name: str
    exposed: int
    converted: int
    revenue_cents: float
    effects: dict[str, Effect | None]


class Result(msgspec.Struct, frozen=True):
    """``immature``: people whose goal window is still open; they are counted so far."""

    arms: list[ArmResult]
    treated: ArmResult
    immature: int
    mismatch_p: float | None

    @property
    def split_is_broken(self) -> bool:
        return self.mismatch_p is not None and self.mismatch_p < MISMATCH_P


def stored(experiment: Experiment) -> Result | None:
    return msgspec.convert(experiment.result, Result) if experiment.result else None
