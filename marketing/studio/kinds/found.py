"""What was found, as the page of a discovery draws it: charts, bars, names to edit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from marketing.studio import charts
from marketing.studio.shell import said
from segments.discovery.relearning import matched
from segments.discovery.reports import (
    Apart,
    Group,
    GroupsReport,
    LookalikeReport,
    Part,
    Report,
    RuleReport,
)
from segments.learning.choose import LEAST_SILHOUETTE, LEAST_STABILITY
from segments.learning.facts import LARGEST
from segments.learning.lookalike_report import GIVEN_AWAY
from segments.learning.points import NOISE
from segments.models import Learning, Segment

_BARS = 6
# Where a bar of the portraits ends: three times "large" on Cohen's scale.
_FULL = 2.4
# As long as a segment's name may be.
NAME_LENGTH = 120


def found(row: Learning, report: Report) -> dict[str, Any]:
    """The page's context; ``template``: what draws it."""
    shown: dict[str, Any] = {"report": report, "left_out": [
        (said(name), _WHY[why]()) for name, why in report.left_out]}  # fmt: skip
    if isinstance(report, GroupsReport):
        return shown | _groups(row, report)
    return shown | (_lookalike(report) if isinstance(report, LookalikeReport) else _rule(report))


_WHY = {
    "mostly_missing": lambda: _("hardly anybody has a value"),
    "all_alike": lambda: _("the same for everybody"),
}


def _groups(row: Learning, report: GroupsReport) -> dict[str, Any]:
    before = _before(row)
    likely = {group: segment for segment, group in matched(report.overlaps).items()}
    return {
        "template": "studio/kinds/groups.html",
        "explained": said(report.explained),
        "tried": [(said(each.method), each) for each in report.tried],
        "candidates": _candidates(report),
        "sizes": charts.hbars([(_short(each), each.size) for each in report.groups], "number"),
        "groups": [_group(each, likely.get(each.number)) for each in report.groups],
        "n_groups": sum(each.number != NOISE for each in report.groups),
        "before": before,
        "least": {"silhouette": LEAST_SILHOUETTE, "stability": LEAST_STABILITY},
    }


def _before(row: Learning) -> list[tuple[int, str]]:
    """The segments that these groups may replace."""
    if row.again_of is None:
        return []
    found = row.again_of.segments.filter(kind=Segment.Kind.LEARNED)
    return [(each.pk, said(each.label)) for each in found]


def _candidates(report: GroupsReport) -> dict[str, Any] | None:
    """Silhouette by number of groups, beside one crowd's; None where one number was tried."""
    tried = [each for each in report.tried if each.method == report.tried[0].method]
    if len(tried) < 2:
        return None
    chart = charts.line(
        [str(each.k) for each in tried],
        {
            _("Silhouette"): [each.silhouette for each in tried],
            _("One crowd without groups"): [each.crowd for each in tried],
            _("Stability"): [each.stability for each in tried],
        },
    )
    return {**chart, "unit": "score", "height": 220}


def _short(group: Group) -> str:
    name = said(group.name)
    return name if group.number == NOISE else f"{group.number + 1}. {name}"


def _group(group: Group, likely: int | None) -> dict[str, Any]:
    return {
        "number": group.number,
        "shown": group.number + 1,
        "is_noise": group.number == NOISE,
        "size": group.size,
        "share": group.share,
        "name": said(group.name),
        "name_en": group.name.en[:NAME_LENGTH],
        "name_zh": group.name.zh[:NAME_LENGTH],
        "sentence": said(group.sentence),
        "bars": [_bar(each) for each in group.apart[:_BARS]],
        "likely": likely,
    }


def _bar(apart: Apart) -> dict[str, Any]:
    """``left`` and ``width`` in percent of the bar's place, whose middle is everybody else."""
    reach = min(abs(apart.effect), LARGEST, _FULL) / _FULL * 50
    return {
        "trait": said(apart.trait),
        "said": said(apart.said),
        "here": apart.here,
        "there": apart.there,
        "left": f"{50 if apart.effect > 0 else 50 - reach:.1f}",
        "width": f"{reach:.1f}",
        "is_more": apart.effect > 0,
    }


def _lookalike(report: LookalikeReport) -> dict[str, Any]:
    return {
        "template": "studio/kinds/lookalike.html",
        "verdict": said(report.verdict),
        "is_random": report.auc_low <= 0.5,
        "telling": charts.hbars([(said(each.trait), each.weight) for each in report.telling],
                                "percent"),
        "facts": [(said(each.trait), each.weight, said(each.said)) for each in report.telling],
    }  # fmt: skip


def _rule(report: RuleReport) -> dict[str, Any]:
    rows = [
        _share(_("Of those picked, examples"), report.precision),
        _share(_("Of the examples, picked"), report.recall),
        {"label": _("Picked at random, examples"), "estimate": report.base_rate,
         "low": report.base_rate, "high": report.base_rate, "tone": "neutral"},
    ]  # fmt: skip
    chart = {"rows": rows, "unit": "percent", "zero": 0, "empty": charts.empty(), "height": 170}
    return {
        "template": "studio/kinds/rule.html",
        "sentence": said(report.sentence),
        "quality": chart,
        "precision": report.precision.rate if report.precision else None,
        "recall": report.recall.rate if report.recall else None,
        "is_given_away": min(_least(report.precision), _least(report.recall)) > GIVEN_AWAY,
    }


def _least(part: Part | None) -> float:
    return 0.0 if part is None else part.low


def _share(label: str, part: Part | None) -> dict[str, Any]:
    if part is None:
        return {"label": label, "estimate": None, "low": None, "high": None, "tone": "neutral"}
    return {"label": label, "estimate": part.rate, "low": part.low, "high": part.high,
            "tone": "good"}  # fmt: skip
