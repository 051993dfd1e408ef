"""``decide``: one person or a million alike, yes or no with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from campaigns.engine import assigning
from campaigns.engine.types import (
    HOLDOUT,
    NOT_IN_AUDIENCE,
    OTHER_SLICE,
    PROGRAMME_HOLDOUT,
    WITHHELD,
    YES,
    Decisions,
    Rule,
)
from campaigns.guards import GUARDS
from marketing.conditions.types import Columns

_UNDECIDED = 255
_OWN = (YES, WITHHELD, NOT_IN_AUDIENCE, OTHER_SLICE, PROGRAMME_HOLDOUT)
_FIRST_GUARD = len(_OWN)
_YES, _WITHHELD, _OUTSIDE, _ELSEWHERE, _HELD = range(_FIRST_GUARD)
Codes = NDArray[np.uint8]


def decide(
    rule: Rule,
    columns: Columns,
    ordinals: NDArray[np.int64],
    bucketing_ids: Sequence[str],
    now: datetime,
    zone: ZoneInfo,
) -> Decisions:
    """Audience and layer, then the guards in order, then holdouts and split; the first no is the
    reason. Testers pass audience, layer and holdouts.

    ``columns`` and ``bucketing_ids`` are aligned with ``ordinals`` (int64[n]). Pure: the same
    arguments give the same decisions, bit for bit.
    """
    n = len(ordinals)
    reasons = (*_OWN, *(GUARDS.name_of(type(guard)) for guard in rule.guards))
    tested = assigning.testers(rule, columns, n)
    codes = _entered(rule, columns, bucketing_ids, tested)
    delayed, later_at = _guarded(rule, columns, codes, now, zone)
    going = np.flatnonzero((codes == _UNDECIDED) | delayed)
    ids = [bucketing_ids[i] for i in going.tolist()]
    drawn, chances = assigning.split(rule, columns, going, ids)
    arms, held_by = np.full(n, -1, dtype=np.int8), np.full(n, -1, dtype=np.int8)
    arms[going] = np.where(tested[going] >= 0, tested[going], drawn)
    held = assigning.held_by(rule, columns, going, ids)
    held_by[going] = np.where(tested[going] >= 0, -1, held)
    passed = codes == _UNDECIDED
    codes[passed] = np.where(arms[passed] == HOLDOUT, _WITHHELD, _YES)
    codes[passed & (held_by >= 0)] = _HELD
    return Decisions(
        ordinals, codes, arms, reasons, later_at, held_by, (tested >= 0) & (arms >= 0),
        _spread(chances, going, n),
    )  # fmt: skip


def _entered(rule: Rule, columns: Columns, ids: Sequence[str], tested: NDArray[np.int8]) -> Codes:
    """uint8[n]: outside of the audience or of the layer's slice, else undecided."""
    n = len(tested)
    codes = np.full(n, _UNDECIDED, dtype=np.uint8)
    inside = np.broadcast_to(np.asarray(rule.audience.evaluate(columns), dtype=bool), (n,))
    inside = inside | (tested >= 0)
    codes[~inside] = _OUTSIDE
    if rule.layer is not None:
        rows = np.flatnonzero(inside & (tested < 0))
        mine = assigning.in_slice(rule, [ids[i] for i in rows.tolist()])
        codes[rows[~mine]] = _ELSEWHERE
    return codes


def _guarded(
    rule: Rule, columns: Columns, codes: Codes, now: datetime, zone: ZoneInfo
) -> tuple[NDArray[np.bool_], datetime | None]:
    """Writes the guards' noes into ``codes``; (bool[n] who is only delayed, until when)."""
    n = len(codes)
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
    return delayed, max(later) if later else None


def _spread(
    chances: NDArray[np.float64] | None, rows: NDArray[np.int64], n: int
) -> NDArray[np.float64] | None:
    if chances is None:
        return None
    found = np.full((n, chances.shape[1]), np.nan)
    found[rows] = chances
    return found
