"""Does a score serve groups of people alike? For reports: no predictor reads the groups.

The three answers can disagree for good reason (Kleinberg, Mullainathan and Raghavan, ITCS 2017:
with different base rates, equal calibration and equal error rates exclude each other), so all are
shown and none is turned into a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TOP_SHARE: Final = 0.2
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class GroupReport:
    """``n`` rows of ``group`` (None = not known), of which ``positives`` happened.

    ``predicted`` and ``observed``: mean probability and share that came true. ``auc`` and
    ``calibration_error`` within the group, None = undefined. ``selected``: the share of the group
    that is in the top fifth of everybody.
    """

    group: str | None
    n: int
    positives: int
    predicted: float
    observed: float
    auc: float | None
    calibration_error: float | None
    selected: float


def by_group(said: Floats, happened: Bools, groups: NDArray[np.object_]) -> tuple[GroupReport, ...]:
    """One report a group, by name, the unknown last.

    ``said`` float64[n] in [0, 1], ``happened`` bool[n], ``groups`` object[n] of str | None.
    Raises ValueError for lengths that differ.
    """
    if not len(said) == len(happened) == len(groups):
        raise ValueError(f"{len(said)} scores, {len(happened)} answers, {len(groups)} groups")
    top = in_top(said)
    names = sorted(set(groups), key=lambda name: (name is None, name))
    masks = (np.fromiter((one == name for one in groups), np.bool_, len(said)) for name in names)
    return tuple(
        _report(name, said[mask], happened[mask], top[mask])
        for name, mask in zip(names, masks, strict=True)
    )


def in_top(said: Floats, share: float = TOP_SHARE) -> Bools:
    """bool[n]: among the highest ``share`` (rounded up), with all who tie with the last of them."""
    if not len(said):
        return np.zeros(0, np.bool_)
    size = int(np.ceil(len(said) * share))
    return np.asarray(said >= np.sort(said)[-size])


def _report(group: str | None, said: Floats, happened: Bools, top: Bools) -> GroupReport:
    from marketing.experiments.statistics.calibration import calibration, roc_auc

    found = calibration(said, happened)
    return GroupReport(
        group, len(said), int(happened.sum()), float(said.mean()), float(happened.mean()),
        roc_auc(said, happened), found.error if found else None, float(top.mean()),
    )  # fmt: skip
