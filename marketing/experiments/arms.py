"""Each arm against the control at a look: several questions, so each needs more to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marketing.experiments import summing
from marketing.experiments.asking import Question
from marketing.experiments.models import Experiment
from marketing.experiments.schedule import ALPHA, Schedule
from marketing.experiments.statistics import always_valid
from marketing.experiments.statistics.compare import Compared

Method = Experiment.Method
BETTER, WORSE = "better", "worse"


def arm_rows(
    asked: Question, treated: Sequence[int], schedule: Schedule
) -> list[Mapping[str, Any]]:
    """One an arm: arm, n, information, estimate, z, low, high, says (better, worse or nothing).

    ``says`` is Holm's, step by step from the clearest arm on; ``low`` to ``high`` holds for all
    arms together, by Bonferroni. Source: Ye, Li, Liu and Yao (2013), Statistics in Medicine
    32:1112-1124, for Holm's procedure with spending functions.
    """
    found = {arm: asked.against([arm]) for arm in treated}
    known = {arm: each for arm, each in found.items() if each is not None}
    levels = {arm: _information(asked, arm) for arm in treated}
    clear = _clear(asked, known, levels, schedule)
    rows: list[Mapping[str, Any]] = []
    for arm in treated:
        each = known.get(arm)
        row: dict[str, Any] = {"arm": arm, "information": levels[arm], "says": ""}
        row["n"] = summing.of_arms(asked.sums, [arm]).n
        if each is not None:
            z = _bound(asked, each, arm, levels[arm], schedule, ALPHA / len(treated))
            ends = (each.bounds(z) if z is not None else None) or (None, None)
            row |= {"estimate": each.value, "z": each.z, "low": ends[0], "high": ends[1]}
            row["says"] = _says(asked, each) if arm in clear else ""
        rows.append(row)
    return rows


def _information(asked: Question, arm: int) -> float:
    return summing.information(summing.cells(asked.sums, [arm], asked.experiment.control))


def _clear(
    asked: Question,
    known: Mapping[int, Compared],
    levels: Mapping[int, float],
    schedule: Schedule,
) -> set[int]:
    """The arms whose effect is shown."""
    clear: set[int] = set()
    for arm in sorted(known, key=lambda arm: -abs(known[arm].z)):
        alpha = ALPHA / (len(levels) - len(clear))
        bound = _bound(asked, known[arm], arm, levels[arm], schedule, alpha)
        if bound is None or abs(known[arm].z) < bound:
            break
        clear.add(arm)
    return clear


def _bound(
    asked: Question, found: Compared, arm: int, information: float, schedule: Schedule, alpha: float
) -> float | None:
    """By the experiment's method. Where the shares followed the answers the looks' theory does not
    hold for one arm: it is decided at the end.
    """
    method = asked.experiment.method
    if method == Method.ALWAYS_VALID and asked.steered is None:
        return always_valid.widening(found.people, 1 - alpha)
    if method == Method.LOOKS and asked.steered is None:
        return schedule.bound_of(arm, information, alpha)
    return schedule.single(alpha)


def _says(asked: Question, found: Compared) -> str:
    is_up = found.value > 0
    return BETTER if is_up != asked.values.definition.lower_is_better else WORSE
