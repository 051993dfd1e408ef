"""How long people stay inside, when many have not left yet.

Leaving out who is still inside would make stays look short; counting them as if they left today
would too. The Kaplan-Meier estimate counts them as inside for at least as long as they have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SECONDS_A_DAY = 86_400.0
ROUNDING = 1e-12


@dataclass(frozen=True)
class Stays:
    """``median_days``: half stay at least so long; None when more than half are still inside at the
    end of what is known, and then ``longer_than_days`` says how far that reaches (None: nobody
    entered). ``curve``: (days, share still inside) at every exit.

    ``ended`` and ``open`` stays are counted; ``unknown_start`` are those who were inside at the
    first version: since when is not known, so they are left out. A person who returns has a stay
    more. Moments are those of refreshes: a stay is known to one refresh interval.
    """

    median_days: float | None
    longer_than_days: float | None
    curve: tuple[tuple[float, float], ...]
    ended: int
    open: int
    unknown_start: int


def stays(
    moments: Sequence[datetime], spells: Sequence[tuple[Ints, int]], inside: Ints, until: datetime
) -> Stays:
    """``spells``: places in ``moments`` where people entered (int64[…]) with the place where they
    left; ``inside`` int64[m]: where those entered who are inside at ``until``.
    """
    at = np.array([_seconds(moment) for moment in moments], np.int64)
    ended = [at[left] - at[entry[entry > 0]] for entry, left in spells]
    durations = np.concatenate([np.empty(0), *ended]) / SECONDS_A_DAY
    open_ = (_seconds(until) - at[inside[inside > 0]]) / SECONDS_A_DAY
    unknown = sum(int((entry == 0).sum()) for entry, _left in spells) + int((inside == 0).sum())
    curve = kaplan_meier(durations, open_)
    median = next((day for day, share in curve if share <= 0.5 + ROUNDING), None)
    known = np.concatenate([durations, open_])
    reach = float(known.max()) if median is None and len(known) else None
    return Stays(median, reach, curve, len(durations), len(open_), unknown)


def _seconds(moment: datetime) -> int:
    """Whole seconds: stays of one length are exactly equal."""
    return round(moment.timestamp())


def kaplan_meier(
    ended: NDArray[np.float64], open_: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """(duration, share in [0, 1] still inside just after it) at every duration that ended.

    Who is censored at a duration counts as at risk there. Source: Kaplan and Meier (1958).
    """
    times, exits = np.unique(ended, return_counts=True)
    everyone = np.sort(np.concatenate([ended, open_]))
    at_risk = len(everyone) - np.searchsorted(everyone, times, "left")
    shares = np.cumprod(1 - exits / at_risk)
    return tuple(zip(times.tolist(), shares.tolist(), strict=True))
