"""``decide``: one person or a million alike, yes or no with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from campaigns.engine.types import HOLDOUT, NOT_IN_AUDIENCE, WITHHELD, YES, Decisions, Rule
from campaigns.guards import GUARDS
from marketing.conditions.types import Columns
from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm

_UNDECIDED = 255
_FIRST_GUARD = 3


def decide(
    rule: Rule,
    columns: Columns,
    ordinals: NDArray[np.int64],
    bucketing_ids: Sequence[str],
    now: datetime,
    zone: ZoneInfo,
) -> Decisions:
    """First the audience, then the guards in order, then the split; the first no is the reason.

    ``columns`` and ``bucketing_ids`` are aligned with ``ordinals`` (int64[n]). Pure: the same
    arguments give the same decisions, bit for bit.
    """
    n = len(ordinals)
    names = [GUARDS.name_of(type(guard)) for guard in rule.guards]
    reasons = (YES, WITHHELD, NOT_IN_AUDIENCE, *names)
    codes = np.full(n, _UNDECIDED, dtype=np.uint8)
    inside = np.broadcast_to(np.asarray(rule.audience.evaluate(columns), dtype=bool), (n,))
    codes[~inside] = reasons.index(NOT_IN_AUDIENCE)
    later: list[datetime] = []
    delayed = np.zeros(n, dtype=bool)
    for i, guard in enumerate(rule.guards):
        verdict = guard.check(columns, n, now, zone)
        stopped = ((codes == _UNDECIDED) | delayed) & ~verdict.passes
        if verdict.later_at is not None and stopped.any():
            later.append(verdict.later_at)
        # A guard that holds outweighs one that only delays, whichever was asked first.
        codes[stopped] = _FIRST_GUARD + i
        delayed[stopped] = verdict.later_at is not None
    arms = np.full(n, -1, dtype=np.int8)
    going = np.flatnonzero((codes == _UNDECIDED) | delayed)
    arms[going] = split(rule, [bucketing_ids[i] for i in going.tolist()])
    passed = codes == _UNDECIDED
    codes[passed] = np.where(arms[passed] == HOLDOUT, 1, 0)
    return Decisions(ordinals, codes, arms, reasons, max(later) if later else None)


def split(rule: Rule, bucketing_ids: Sequence[str]) -> NDArray[np.int8]:
    """int8[n]: 0 the holdout, i the i-th variant. Stable: a hash of the campaign and the person."""
    if not bucketing_ids:
        return np.zeros(0, dtype=np.int8)
    ranges = bucket_ranges(len(rule.weights), 1.0, list(rule.weights))
    return choose_arm(buckets(rule.key, list(bucketing_ids)), ranges)
