"""The funnel's page: up to six steps, each with a filter; people, shares and times by step."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.conditions.types import Ref
from marketing.kernel.errors import MarketingError
from marketing.kernel.windows import MAX_DAYS
from marketing.personas import queries as personas
from marketing.personas.labels import labeller
from marketing.personas.shipped import ENROLLED, ORDERED, SUBMITTED
from marketing.studio import insight_charts as plots
from marketing.studio.insights import InsightPage
from marketing.studio.insights._form import (
    EventField,
    QuestionForm,
    bounds,
    choice_said,
    choose,
    chosen,
    filter_data,
    preferred,
)
from marketing.studio.shell import said
from marketing.studio.templatetags.humanize_numbers import duration, percent, thousands
from marketing.workspace.language import language
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights import Breakdown
from recommender.insights.funnel import Funnel, FunnelAnswer, FunnelGroup, FunnelStep
from segments.models import Segment

STEPS = 6
_HOURS = {"h": 1, "d": 24}


class FunnelForm(QuestionForm):
    insight = Funnel
    filtered = tuple(f"where{i}" for i in range(1, STEPS + 1))

    within = forms.IntegerField(label=gettext_lazy("conversion window"), min_value=1)
    within_unit = choose(
        gettext_lazy("unit"), [("d", gettext_lazy("days")), ("h", gettext_lazy("hours"))]
    )
    days = forms.IntegerField(label=gettext_lazy("started in the last days"), min_value=1,
                              max_value=MAX_DAYS)  # fmt: skip
    skip_days = forms.IntegerField(
        label=gettext_lazy("leave out the newest days"),
        min_value=0,
        max_value=MAX_DAYS,
        required=False,
    )

    def more_fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {
            "breakdown": choose(gettext_lazy("broken down by"), _breakdowns(), required=False)
        }
        for i in range(1, STEPS + 1):
            found[f"step{i}"] = EventField(label=_("step %d") % i, required=i <= 2)
        return found

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Rows for the template; what is not filled beyond the third is folded away."""
        filters = self.filters
        return [
            {
                "n": i,
                "event": self[f"step{i}"],
                "filter": filters[f"where{i}"],
                "is_folded": i > 3 and not self[f"step{i}"].value(),
            }
            for i in range(1, STEPS + 1)
        ]

    @property
    def has_folded(self) -> bool:
        return any(step["is_folded"] for step in self.steps)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        most = bounds(Funnel, "within_hours")[1] or 0
        hours = given.get("within", 0) * _HOURS[given.get("within_unit") or "d"]
        if hours > most:
            self.add_error("within", _("At most %(days)d days.") % {"days": most // 24})
        return given

    def fields_of_question(self) -> dict[str, Any]:
        given = self.cleaned_data
        kind, _colon, name = given["breakdown"].partition(":")
        return {
            "steps": [
                chosen(given, given[f"step{i}"], f"where{i}")
                for i in range(1, STEPS + 1)
                if given[f"step{i}"]
            ],
            "within_hours": given["within"] * _HOURS[given["within_unit"]],
            "window": {"days": given["days"], "skip_days": given["skip_days"] or 0},
            "breakdown": {"kind": kind, "name": name} if name else None,
        }

    @classmethod
    def data_of(cls, question: Funnel) -> dict[str, Any]:
        unit = "d" if question.within_hours % 24 == 0 else "h"
        by = question.breakdown
        data: dict[str, Any] = {
            "within": question.within_hours // _HOURS[unit],
            "within_unit": unit,
            "days": question.window.days or MAX_DAYS,
            "skip_days": question.window.skip_days,
            "breakdown": f"{by.kind}:{by.name}" if by else "",
        }
        for i, step in enumerate(question.steps[:STEPS], start=1):
            data |= {f"step{i}": step.event, **filter_data(step, f"where{i}")}
        return data


class FunnelPage(InsightPage):
    icon: ClassVar[str] = "stairs"
    form: ClassVar[type[QuestionForm]] = FunnelForm

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Funnel:
        """From coming to learning to paying, as far as the events go; one kind twice if need be."""
        names = preferred(known, "Course Viewed", ENROLLED, "Lesson Completed", SUBMITTED, ORDERED)
        if space.is_demo:  # from an enrolment to the third assessment, in a course's half year
            steps = [ENROLLED, SUBMITTED, SUBMITTED, SUBMITTED]
            found = [{"event": step} for step in steps if step in known.names()]
            if len(found) == len(steps):
                return _funnel(found, 24 * 180, 540)
        return _funnel([{"event": name} for name in (names[:3] + names[:1])[:3]], 24 * 30, 90)

    @classmethod
    def shown(cls, question: Funnel, answer: FunnelAnswer) -> dict[str, Any]:
        steps = answer.steps
        labels = [f"{i}. {choice_said(step)}" for i, step in enumerate(question.steps, start=1)]
        groups = [(_group(each, question.breakdown), each.steps) for each in answer.groups]
        return {
            "is_empty": not steps[0].people,
            "labels": labels,
            "kpis": _kpis(steps),
            "chart": plots.funnel(labels, steps, [_note(step) for step in steps]),
            "rows": list(zip(labels, steps, strict=True)),
            "groups": groups,
            "groups_chart": plots.group_bars(
                labels[1:],  # of those who started, everybody started
                [(name, [step.from_first for step in part[1:]]) for name, part in groups[:6]],
            ),
        }

    @classmethod
    def said(cls, question: Funnel) -> str:
        return " → ".join(choice_said(step) for step in question.steps)


def _funnel(steps: list[dict[str, Any]], within_hours: int, days: int) -> Funnel:
    asked = {"steps": steps, "within_hours": within_hours, "window": {"days": days}}
    return msgspec.convert(asked, Funnel)


def _breakdowns() -> list[tuple[str, Any]]:
    """Nothing, every attribute that was said, every active segment."""
    label = labeller()
    try:
        names = personas.current().names("attribute")
    except MarketingError:
        names = []
    attributes = [(f"attribute:{n}", label(Ref("attribute", n), language())) for n in names]
    segments = [
        (f"segment:{each.key}", said(each.label)) for each in Segment.objects.filter(active=True)
    ]
    return [("", "—"), (_("Attributes"), attributes), (_("Segments"), segments)]


def _group(group: FunnelGroup, by: Breakdown | None) -> str:
    if group.kind == "rest":
        return _("all others")
    if by is not None and by.kind == "segment":
        segment = Segment.objects.filter(key=by.name).first()
        name = said(segment.label) if segment else by.name
        return name if group.kind == "named" else _("not in the segment")
    flags = {"0": _("no"), "1": _("yes")}
    return _("unknown") if group.kind == "none" else flags.get(group.label, group.label)


def _kpis(steps: tuple[FunnelStep, ...]) -> list[dict[str, str]]:
    last = steps[-1]
    waiting = sum(step.waiting for step in steps)
    return [
        {"label": _("Entered the funnel"), "value": thousands(steps[0].people),
         "note": _("people")},
        {"label": _("Overall conversion"), "value": percent(last.from_first),
         "note": _("%s people") % thousands(last.people)},
        {"label": _("Median time to convert"), "value": duration(last.median_s),
         "note": _("the median, from the first step")},
        {"label": _("May still convert"), "value": thousands(waiting),
         "note": _("their conversion window is open")},
    ]  # fmt: skip


def _note(step: FunnelStep) -> str:
    """Under a step's bar; empty under the first."""
    parts = []
    if step.median_previous_s is not None:
        parts = [
            _("%s of the previous step") % percent(step.from_previous),
            _("median %s later") % duration(step.median_previous_s),
        ]
    if step.waiting:
        parts.append(_("%s stopped here may still convert") % thousands(step.waiting))
    return " · ".join(parts)
