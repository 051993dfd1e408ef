"""What was shown beside what was computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

EXACT, INTEGRATED = 1e-6, 1e-5  # how far a figure may be off; the second: what rests on a bound
NOT_RECOMPUTED = {
    "exposure": "needs every person's id and arm",
    "novelty": "needs each day's goals",
    "outliers": "needs every person's amount",
    "interaction": "needs every person's arm in the other experiment",
    "limit": "of a capped metric: needs every person's amount",
}
Numbers = Sequence[float | None]


@dataclass
class Report:
    rows: list[tuple[str, Any, Any, float, float]] = field(default_factory=list)

    def hold(
        self, name: str, shown: Any, again: Any, limit: float = EXACT, width: float = 0.0
    ) -> None:
        """``width``: what a difference is held to, if it is larger than the figure."""
        self.rows.append((name, shown, again, _difference(shown, again, width), limit))

    def interval(self, name: str, shown: Numbers, again: Numbers, limit: float = EXACT) -> None:
        """(estimate, low, high), any of them unknown."""
        width = 0.0
        if shown[1] is not None and shown[2] is not None:
            width = abs(shown[2] - shown[1])
        limits = (EXACT, limit, limit)
        told = zip(("", ", low", ", high"), shown, again, limits, strict=True)
        for end, one, other, each in told:
            self.hold(name + end, one, other, each, width)

    @property
    def wrong(self) -> list[str]:
        return [name for name, _, _, difference, limit in self.rows if not difference <= limit]

    def print(self) -> None:
        for name, shown, again, difference, _limit in self.rows:
            print(f"{name:58} {_cell(shown):>14} {_cell(again):>14} {difference:9.1e}")
        for name, reason in NOT_RECOMPUTED.items():
            print(f"not recomputed: {name}, {reason}")
        for name in self.wrong:
            print(f"DIFFERS: {name}")
        print(f"{len(self.rows)} figures recomputed, {len(self.wrong)} differ")


def _difference(shown: Any, again: Any, width: float) -> float:
    if shown == again:
        return 0.0
    if not all(isinstance(each, int | float) for each in (shown, again)):
        return inf
    return float(abs(shown - again) / max(abs(shown), abs(again), width))


def _cell(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else "none" if value is None else str(value)
