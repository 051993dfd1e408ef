"""May the effect be read? Every check of ``statistics/checks``, asked of an experiment's people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketing.experiments import summing
from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm
from marketing.experiments.comparing import treated_arms
from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment, Exposure
from marketing.experiments.statistics.checks.exposure import check_exposure
from marketing.experiments.statistics.checks.interaction import check_interaction
from marketing.experiments.statistics.checks.novelty import check_novelty
from marketing.experiments.statistics.checks.outliers import check_outliers
from marketing.experiments.statistics.checks.split import check_split
from marketing.experiments.statistics.compare import Shape, compare
from marketing.experiments.statistics.sufficient import Proportion
from marketing.experiments.types import GOAL, MONEY, CheckResult
from marketing.kernel.local_days import offsets
from marketing.kernel.moments import microseconds
from marketing.people.queries import bucketing_ids

SPLIT, EXPOSURE, NOVELTY, INTERACTION, OUTLIERS = (
    "split", "exposure", "novelty", "interaction", "outliers",
)  # fmt: skip
ASKED = 50_000
"""People, the newest, whose arm is computed again: a broken assignment shows in far fewer."""
_ENOUGH = 30


def check(
    experiment: Experiment, seen: Measured, now: datetime, zone: ZoneInfo
) -> list[CheckResult]:
    """Those that the data can answer."""
    mature = seen.mature(GOAL, microseconds(now))
    found = [
        _split(experiment, seen, _days(seen, now, zone)),
        _exposure(experiment, seen),
        _novelty(experiment, seen, mature, _days(seen, now, zone)),
        _outliers(experiment, seen, seen.mature(MONEY, microseconds(now))),
        *_interactions(experiment, seen, mature),
    ]
    return [each for each in found if each is not None]


def _days(seen: Measured, now: datetime, zone: ZoneInfo) -> NDArray[np.int64]:
    """int64[n]: the local day of each exposure."""
    return np.asarray(offsets(zone, now).days(seen.since), dtype=np.int64)


def _split(experiment: Experiment, seen: Measured, days: NDArray[np.int64]) -> CheckResult | None:
    """By epoch, day and stratum, each held to its epoch's own weights."""
    if not len(seen.arms):
        return None
    n_arms = len(experiment.arms)
    weights = {each.number: each.weights for each in experiment.epochs.all()}
    table = np.stack([seen.epochs, days, seen.strata], axis=1)
    cells, places = np.unique(table, axis=0, return_inverse=True)
    observed = np.zeros((len(cells), n_arms), dtype=np.int64)
    np.add.at(observed, (places.ravel(), seen.arms), 1)
    meant = _meant(experiment, seen, weights, cells[:, 0], places.ravel())
    found = check_split(observed, meant)
    people = observed.sum(axis=0)
    expected = (meant / meant.sum(axis=1, keepdims=True) * observed.sum(axis=1)[:, None]).sum(axis=0)
    worst = int(np.argmax(np.abs(people - expected)))
    numbers = {"arm": float(worst), "people": float(people[worst]),
               "expected": float(expected[worst]), "broken_days": float(len(found.broken))}  # fmt: skip
    return CheckResult(SPLIT, found.failed, covers=True, p=found.p_value, numbers=numbers)


def _meant(
    experiment: Experiment,
    seen: Measured,
    weights: dict[int, list[float]],
    epochs: NDArray[np.int64],
    places: NDArray[np.int64],
) -> NDArray[np.float64]:
    """float64[cells, arms]: the epoch's weights; where every person had chances of their own, the
    sum of those.
    """
    n_arms = len(experiment.arms)
    meant = np.zeros((len(epochs), n_arms))
    for i, epoch in enumerate(epochs.tolist()):
        known = weights.get(epoch, experiment.weights)[:n_arms]
        meant[i, : len(known)] = known
    chances = dict(
        Exposure.objects.filter(experiment=experiment).exclude(propensities=None)
        .values_list("person_id", "propensities")
    )  # fmt: skip
    if chances:
        own = np.array([chances.get(p, meant[c].tolist())
                        for p, c in zip(seen.people.tolist(), places.tolist(), strict=True)])  # fmt: skip
        meant = np.zeros_like(meant)
        np.add.at(meant, places, own)
    return meant


def _exposure(experiment: Experiment, seen: Measured) -> CheckResult | None:
    """Is each person's arm the one that the hash says, and did nobody see two?"""
    if not len(seen.arms):
        return None
    newest = np.argsort(seen.since)[-ASKED:]
    ids = bucketing_ids(seen.people[newest].tolist())
    known = np.array([person in ids for person in seen.people[newest].tolist()], dtype=bool)
    rows = newest[known]
    arms, assigned = seen.arms[rows], _assigned(experiment, seen, rows, ids)
    found = check_exposure(seen.people[rows], arms, assigned)
    crossed = seen.crossed / len(seen.people)
    numbers = {"elsewhere": float(found.elsewhere), "asked": float(len(rows)),
               "crossed": float(seen.crossed), "people": float(len(seen.people))}  # fmt: skip
    failed = found.failed or crossed > 0.01
    return CheckResult(EXPOSURE, failed, covers=True, numbers=numbers)


def _assigned(
    experiment: Experiment, seen: Measured, rows: NDArray[np.int64], ids: dict[int, str]
) -> NDArray[np.int64]:
    """int64[m]: by the epoch's weights; where chances were people's own, the arm that was kept."""
    weights = {each.number: each.weights for each in experiment.epochs.all()}
    assigned = seen.arms[rows].astype(np.int64)
    if (experiment.allocation or {}).get("contextual"):
        return assigned
    names = [ids[person] for person in seen.people[rows].tolist()]
    at = buckets(experiment.key, names) if names else np.zeros(0)
    for epoch in np.unique(seen.epochs[rows]).tolist():
        mine = seen.epochs[rows] == epoch
        shares = weights.get(epoch, experiment.weights)
        assigned[mine] = choose_arm(at[mine], bucket_ranges(len(shares), 1.0, shares))
    return assigned


def _novelty(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_], days: NDArray[np.int64]
) -> CheckResult | None:
    """Do people who came later react otherwise than those who came early?"""
    treated = treated_arms(experiment)
    found: list[tuple[int, float, float]] = []
    for day in np.unique(days[mature]).tolist():
        sums = summing.sums(seen, GOAL, mature & (days == day))
        made = summing.cells(sums, treated, experiment.control)
        if min((min(each.treated.n, each.control.n) for each in made), default=0) < _ENOUGH:
            continue
        effect = compare(Shape.MEAN, made)
        if effect is not None:
            found.append((day, effect.value, abs(effect.value / effect.z) if effect.z else 0.0))
    rows = np.array([each for each in found if each[2] > 0])
    if len(rows) < 3:
        return None
    told = check_novelty(rows[:, 0], rows[:, 1], rows[:, 2])
    if told is None:
        return None
    numbers = {"early": told.early.estimate, "late": told.late.estimate}
    return CheckResult(NOVELTY, told.failed, covers=True, p=told.p_value, numbers=numbers)


def _outliers(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> CheckResult | None:
    """Of the money. It covers the verdict only where an amount decides it."""
    is_goal = summing.shape_of(seen.values[GOAL]) in (Shape.MEAN, Shape.ADJUSTED)
    key = GOAL if is_goal else MONEY
    y, treated = seen.values[key].y, np.isin(seen.arms, treated_arms(experiment))
    control = seen.arms == experiment.control
    found = check_outliers(y[mature & treated], y[mature & control])
    if found is None:
        return None
    numbers = {"effect": found.effect.estimate, "winsorised": found.winsorised.estimate,
               "limit": found.limit, "moved": float(found.n_moved)}  # fmt: skip
    return CheckResult(OUTLIERS, found.failed, covers=is_goal, numbers=numbers)


def _interactions(
    experiment: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> list[CheckResult]:
    """With every other experiment that runs and whose people are here too. Never covers the other
    way round: each is asked about its own goal.
    """
    if summing.shape_of(seen.values[GOAL]) is not Shape.RATE:
        return []
    others = Experiment.objects.filter(ended_at=None).exclude(pk=experiment.pk)
    found = []
    for other in others.order_by("id"):
        told = _interaction(experiment, other, seen, mature)
        if told is not None:
            found.append(told)
    return found


def _interaction(
    experiment: Experiment, other: Experiment, seen: Measured, mature: NDArray[np.bool_]
) -> CheckResult | None:
    people, arms = seen.people[mature], seen.arms[mature]
    theirs = _arms_in(other, people)
    mine, reached = [0, *treated_arms(experiment)], seen.values[GOAL].y[mature] > 0
    mine[0] = experiment.control
    cells = [
        [Proportion.of(reached[(arms == arm) & in_other]) for in_other in
         (theirs == other.control, (theirs >= 0) & (theirs != other.control))]
        for arm in mine
    ]  # fmt: skip
    found = check_interaction(cells)
    if found is None:
        return None
    numbers = {"people": float((theirs >= 0).sum())}
    return CheckResult(INTERACTION, found.failed, covers=True, p=found.p_value, numbers=numbers,
                       about=other.key)  # fmt: skip


def _arms_in(other: Experiment, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[m]: their arm in the other experiment, -1: in none."""
    rows: Sequence[tuple[int, int]] = list(
        Exposure.objects.filter(experiment=other).values_list("person_id", "arm")
    )
    found = np.full(int(max(people.max(initial=0), max((p for p, _ in rows), default=0))) + 1, -1)
    if rows:
        theirs = np.array(rows, dtype=np.int64)
        found[theirs[:, 0]] = theirs[:, 1]
    return np.asarray(found[people], dtype=np.int64)
