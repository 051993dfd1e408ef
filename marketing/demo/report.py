"""The demo's printed lines. Wherever a number rests on dice, the words say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from campaigns.models import Campaign, Coupon
from campaigns.placements import Slot
from campaigns.queries import outcome_text
from marketing.experiments.types import GOAL, Effect, Result
from recommender.evaluation.prediction import PredictionReport, Quality
from recommender.evaluation.ranking import RankingReport
from segments.models import SegmentVersion


def among(people: NDArray[np.int64], chosen: set[int]) -> NDArray[np.bool_]:
    """bool[n]: who of ``people`` is chosen."""
    return np.isin(people, np.fromiter(chosen, dtype=np.int64, count=len(chosen)))


def segment_lines(versions: Mapping[str, SegmentVersion]) -> list[str]:
    by_family: dict[str, list[str]] = {}
    for version in sorted(versions.values(), key=lambda each: each.segment_id):
        family = version.segment.get_family_display()
        by_family.setdefault(str(family), []).append(f"{version.segment.name} {version.size:,}")
    return [f"{family}: {' · '.join(sizes)}" for family, sizes in by_family.items()]


def churn_lines(report: PredictionReport) -> list[str]:
    rows = [
        ("model", report.model),
        ("base rate", report.base_rate),
        ("one feature", report.one_feature),
    ]
    head = f"{report.units:,} person-moments of 2014B and 2014J, {report.positives:,} withdrew"
    notes = f"one feature: logistic regression on {report.baseline}"
    return [head, *(f"{name:<12}{_quality(each)}" for name, each in rows), notes]


def _quality(each: Quality) -> str:
    return (
        f"AUC {_number(each.auc)}  PR-AUC {_number(each.average_precision)}  "
        f"Brier {_number(each.brier, 4)}  calibration error {_number(each.calibration_error, 4)}"
    )


def _number(value: float | None, digits: int = 3) -> str:
    return "—" if value is None else f"{value:.{digits}f}"


def ranker_lines(reports: Mapping[str, RankingReport]) -> list[str]:
    return [
        f"{name:<18}HR@10 {_number(each.hit_rate)}  NDCG@10 {_number(each.ndcg)}  "
        f"coverage {_number(each.coverage, 2)}  ({each.n:,} learners)"
        for name, each in reports.items()
    ]


def run_lines(campaign: Campaign) -> list[str]:
    """The win-back run: reasons with counts, coupons by value."""
    run = campaign.runs.first()
    reasons = (
        ""
        if run is None
        else " · ".join(f"{outcome_text(code, 'en')} {n:,}" for code, n in run.counts.items() if n)
    )
    issued = Coupon.objects.filter(campaign=campaign)
    values = sorted({coupon.value for coupon in issued}, key=lambda money: money.cents)
    coupons = " · ".join(f"{v} × {issued.filter(value_cents=v.cents).count()}" for v in values)
    return [f"{campaign.name}: {reasons}", f"Coupons issued: {coupons}"]


def slot_lines(slots: Sequence[Slot]) -> list[str]:
    shown: dict[str, int] = {}
    for slot in slots:
        name = slot.variant or "nothing (holdout)"
        shown[name] = shown.get(name, 0) + 1
    parts = " · ".join(f"{name} {n}" for name, n in sorted(shown.items()))
    return [f"Home page opened {len(slots)} times (simulated): {parts}"]


def result_lines(
    result: Result, stated: float | None, states: Mapping[str, Mapping[str, int]]
) -> list[str]:
    lines = [
        f"{name}: {' · '.join(f'{state} {n:,}' for state, n in by_state.items()) or 'none'}"
        for name, by_state in states.items()
    ]
    goal = result.metric(GOAL)
    rows = zip(
        [*result.arms, "treated"], [*goal.arms, goal.together], [*goal.effects, goal.treated],
        strict=True,
    )  # fmt: skip
    for name, arm, effect in rows:
        came = f"{name:<12}{arm.n:>6,} exposed {arm.value or 0.0:>7.1%} came back"
        lines.append(came + _lift(effect))
    stated_text = "" if stated is None else f" The dice's stated effect: {stated:+.1%}."
    lines.append(f"These are simulated answers, no real learner was asked.{stated_text}")
    return lines


def _lift(effect: Effect | None) -> str:
    if effect is None:
        return ""
    return (
        f"   effect {effect.estimate:+.1%}  95 % interval [{effect.low:+.1%}, {effect.high:+.1%}]"
    )
