"""A discovery's page: what was asked, how far it is, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketing.kernel.text import Text
from marketing.people.models import Label
from marketing.studio.kinds.found import NAME_LENGTH, found
from marketing.studio.kinds.refusals import refusal
from marketing.studio.shell import said
from marketing.workspace.language import language
from segments.discovery.questions import AUTO, Groups, Lookalike, Question, question_of
from segments.discovery.reports import report_of
from segments.learning.clusterers import CLUSTERERS
from segments.models import Learning, Segment

State = Learning.State
# Longer than this without a start, and no worker seems to be there.
_UNATTENDED = timedelta(seconds=20)


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
        **(found(row, report) if report is not None else {}),
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
    known = {f"segment:{each.key}": said(each.label) for each in Segment.objects.all()}
    is_zh = language() == "zh"
    return known | {
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
    names_in = {}
    for code, spoken in (("en", "en"), ("zh", "zh-hans")):
        with override(spoken):
            names_in[code] = title(question, names())[:NAME_LENGTH]
    return names_in


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
