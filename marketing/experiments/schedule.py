"""What a planned look may spend, and from where on it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from marketing.experiments.models import Look
from marketing.experiments.statistics.interval import normal_quantile
from marketing.experiments.statistics.spending import bounds, obrien_fleming

ALPHA = 0.05


@dataclass(frozen=True)
class Schedule:
    """``shares``: how much of the plan was over at each look, this one last. ``information``: of
    all the treated together, likewise; ``arms``: of one arm, by its index.
    """

    shares: tuple[float, ...]
    information: tuple[float, ...]
    arms: tuple[dict[int, float], ...]
    is_last: bool

    @classmethod
    def of(
        cls, before: Sequence[Look], share: float, information: float, *, is_last: bool
    ) -> Schedule:
        """Where nothing new came since the look before, this one, which may spend more, takes its
        place.
        """
        earlier = [each for each in before if each.information < information]
        return cls(
            (*(each.share for each in earlier), share),
            (*(each.information for each in earlier), information),
            tuple({row["arm"]: row["information"] for row in each.arms} for each in earlier),
            is_last,
        )

    def bound(self, alpha: float = ALPHA) -> float | None:
        """|z| at or above which to stop now; None while nothing may be spent, or where one group
        has nobody.
        """
        return _bound(self.information, self.shares, alpha)

    def bound_of(self, arm: int, information: float, alpha: float) -> float | None:
        """The same of one arm against the control, with its own chance to be wrong."""
        kept: list[tuple[float, float]] = []
        history = [(rows.get(arm, 0.0), share)
                   for rows, share in zip(self.arms, self.shares, strict=False)]  # fmt: skip
        for level, share in (*history, (information, self.shares[-1])):
            kept = [each for each in kept if each[0] < level]
            kept += [(level, share)] if level > 0 else []
        if not kept or kept[-1][0] != information:
            return None
        return _bound([level for level, _ in kept], [share for _, share in kept], alpha)

    def single(self, alpha: float = ALPHA) -> float | None:
        """Where one look was planned, at the end."""
        return normal_quantile(1 - alpha) if self.is_last else None


def _bound(information: Sequence[float], shares: Sequence[float], alpha: float) -> float | None:
    if information[-1] <= 0:
        return None
    found = bounds(information, [obrien_fleming(alpha, share) for share in shares])[-1]
    return found if isfinite(found) else None
