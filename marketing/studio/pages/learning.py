"""A discovery's page: what was asked, how far it is, what was found, what can be made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketing.kernel.text import Text
from marketing.people.models import Label
from marketing.studio import charts
from marketing.studio.kinds.refusals import refusal
from marketing.studio.shell import said
from marketing.workspace.language import language
from segments.discovery.questions import AUTO, Groups, Lookalike, Question, question_of
from segments.discovery.relearning import matched
from segments.discovery.reports import (
    Apart,
    Group,
    GroupsReport,
    LookalikeReport,
    Part,
    RuleReport,
    report_of,
)
from segments.learning.choose import LEAST_SILHOUETTE, LEAST_STABILITY
from segments.learning.clusterers import CLUSTERERS
from segments.learning.facts import LARGEST
from segments.learning.lookalike_report import GIVEN_AWAY
from segments.learning.points import NOISE
from segments.models import Learning, Segment

State = Learning.State
# Longer than this without a start, and no worker seems to be there.
_UNATTENDED = timedelta(seconds=20)
_BARS = 6
# Where a bar of the portraits ends: three times "large" on Cohen's scale.
_FULL = 2.4
_NAME = 120


def context(row: Learning) -> dict[str, Any]:
    """The page's, whatever state the row is in."""
    question = question_of(row)
    report = report_of(row)
    problem = refusal(row.problem or {}) if row.state in (State.REFUSED, State.FAILED) else None
    known = names()
    return {
        "title": title(question, known),
        "proposed": _proposed(question),
        "row": row,
        "asked": _asked(question, report.columns if report else None, known),
        "again": f"{reverse('admin:segments_learning_ask', args=[row.task])}?again={row.pk}",
        "change": f"{reverse('admin:segments_learning_ask', args=[row.task])}?from={row.pk}",
        "made": list(row.segments.all()),
        "problem": problem,
        "is_forgotten": row.keeps_rows and row.state == State.DONE and row.blob is None,
        **waiting(row),
        **(_found(row, report) if report is not None else {}),
    }


def waiting(row: Learning) -> dict[str, Any]:
    idle = row.state == State.WAITING and row.progress == 0 and row.tries == 0
    return {
        "row": row,
        "is_waiting": row.state == State.WAITING,
        "poll": reverse("admin:segments_learning_state", args=[row.pk]),
        "percent_done": round(100 * row.progress),
        "is_unattended": idle and datetime.now(UTC) - row.asked_at > _UNATTENDED,
    }


Names = Mapping[str, str]


def names() -> Names:
    """``segment:key`` and ``label:key`` to what they are called."""
    found = {f"segment:{each.key}": said(each.label) for each in Segment.objects.all()}
    is_zh = language() == "zh"
    return found | {
        f"label:{each.key}": each.name_zh or each.name if is_zh else each.name
        for each in Label.objects.all()
    }


def title(question: Question, known: Names) -> str:
    """In a few words, for the list and the page."""
    if isinstance(question, Lookalike):
        return _("Like the members of “%(name)s”") % {"name": _segment(question.members, known)}
    if isinstance(question, Groups):
        return _("Groups among %(name)s") % {"name": _among(question, known)}
    key = question.examples.segment or question.examples.label or ""
    kind = "segment" if question.examples.segment else "label"
    return _("A rule for “%(name)s”") % {"name": known.get(f"{kind}:{key}", key)}


def _proposed(question: Question) -> dict[str, str]:
    """What a segment could be called, in both languages."""
    found = {}
    for code, spoken in (("en", "en"), ("zh", "zh-hans")):
        with override(spoken):
            found[code] = title(question, names())[:_NAME]
    return found


def _among(question: Question, known: Names) -> str:
    return _segment(question.within, known) if question.within else _("everybody")


def _segment(key: str, known: Names) -> str:
    return known.get(f"segment:{key}", key)


def method(question: Question) -> str:
    """How it is learned, in a few words."""
    if not isinstance(question, Groups):
        return _("Logistic regression") if isinstance(question, Lookalike) else _("Decision tree")
    name = (
        _("Automatic") if question.method == AUTO else said(CLUSTERERS.get(question.method).label)
    )
    if question.k is None:
        return name
    return _("%(method)s, %(k)d groups") % {"method": name, "k": question.k}


def _asked(question: Question, columns: Sequence[Text] | None, known: Names) -> dict[str, Any]:
    return {
        "within": _among(question, known),
        "method": method(question),
        "columns": [said(each) for each in columns] if columns else [],
        "n_columns": len(question.columns),
    }


def _found(row: Learning, report: GroupsReport | LookalikeReport | RuleReport) -> dict[str, Any]:
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
        "name_en": group.name.en[:_NAME],
        "name_zh": group.name.zh[:_NAME],
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
