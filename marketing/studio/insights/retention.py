"""Retention's page: cohorts as a table of shares, and the curve over all of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketing.personas.shipped import ENROLLED, SUBMITTED
from marketing.studio import insight_charts as plots
from marketing.studio.insights import InsightPage
from marketing.studio.insights._form import (
    EventField,
    QuestionForm,
    choice_said,
    choose,
    chosen,
    filter_data,
    number,
    preferred,
)
from marketing.studio.templatetags.humanize_numbers import percent, thousands
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights._choice import EventChoice
from recommender.insights.retention import Cohort, Retention, RetentionAnswer

UNITS = [
    ("day", gettext_lazy("days")),
    ("week", gettext_lazy("weeks")),
    ("month", gettext_lazy("months")),
]
ENTER = [("first", gettext_lazy("their first ever")), ("each", gettext_lazy("each one"))]
COUNTS = [("in_period", gettext_lazy("in exactly that period")),
          ("on_or_after", gettext_lazy("in that period or later (unbounded)"))]  # fmt: skip


class RetentionForm(QuestionForm):
    insight = Retention
    filtered = ("start_where", "back_where")

    start = EventField(label=gettext_lazy("start event"))
    back = EventField(label=gettext_lazy("returning event"), required=False)
    by = choose(gettext_lazy("cohorts of"), UNITS)
    enter = choose(gettext_lazy("people enter by"), ENTER)
    counts = choose(gettext_lazy("counts as retained"), COUNTS)
    cohorts = number(Retention, "cohorts", gettext_lazy("cohorts"))
    periods = number(Retention, "periods", gettext_lazy("periods"))

    def fields_of_question(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("by", "enter", "counts", "cohorts", "periods")
        back = given["back"]
        return {
            **{name: given[name] for name in names},
            "start": chosen(given, given["start"], "start_where"),
            "back": chosen(given, back, "back_where") if back else None,
        }

    @classmethod
    def data_of(cls, question: Retention) -> dict[str, Any]:
        names = ("by", "enter", "counts", "cohorts", "periods")
        data = {name: getattr(question, name) for name in names}
        data |= {"start": question.start.event, **filter_data(question.start, "start_where")}
        if question.back is not None:
            data |= {"back": question.back.event, **filter_data(question.back, "back_where")}
        return data


class RetentionPage(InsightPage):
    icon: ClassVar[str] = "table_view"
    form: ClassVar[type[QuestionForm]] = RetentionForm

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Retention:
        names = preferred(known, ENROLLED, "Order Completed", SUBMITTED)
        back = preferred(known, SUBMITTED, "Lesson Completed", "Course Viewed")[0]
        if space.is_demo:
            return Retention(start=EventChoice(event=names[0]), back=EventChoice(event=back),
                             by="month", cohorts=18, periods=12)  # fmt: skip
        return Retention(start=EventChoice(event=names[0]), back=EventChoice(event=back))

    @classmethod
    def shown(cls, question: Retention, answer: RetentionAnswer) -> dict[str, Any]:
        periods = [str(k) for k in range(question.periods + 1)]
        cohorts = [each for each in answer.cohorts if each.size]
        best = max(cohorts, key=lambda each: each.size, default=None)
        return {
            "is_empty": not answer.entered,
            "chart": plots.cohorts(periods, [_label(each, question.by) for each in cohorts],
                                   [_shares(each) for each in cohorts]),
            "curve": plots.curve(periods, _("All cohorts"), answer.overall),
            "unit": dict(UNITS)[question.by],
            "kpis": _kpis(answer, best, question),
            "left_out": _left_out(len(answer.cohorts) - len(cohorts)),
        }  # fmt: skip

    @classmethod
    def said(cls, question: Retention) -> str:
        back = choice_said(question.back or question.start)
        return f"{choice_said(question.start)} → {back} · {dict(UNITS)[question.by]}"


def _label(cohort: Cohort, by: str) -> str:
    day = cohort.first_day
    name = f"{day:%Y-%m}" if by == "month" else f"{day:%Y-%m-%d}"
    return f"{name} · {cohort.size:,}" + ("" if cohort.is_over else " …")


def _shares(cohort: Cohort) -> list[float | None]:
    return [None if n is None else n / cohort.size for n in cohort.returned]


def _kpis(
    answer: RetentionAnswer, largest: Cohort | None, question: Retention
) -> list[dict[str, str]]:
    entered = {"label": _("Entered"), "value": thousands(answer.entered),
               "note": ngettext("in %d cohort", "in %d cohorts", len(answer.cohorts))
               % len(answer.cohorts)}  # fmt: skip
    found = [entered]
    for k in sorted({1, max(question.periods // 2, 1), question.periods}):
        label = _("Retention, period %d") % k
        found.append({"label": label, "value": percent(answer.overall[k]),
                      "note": _("of all whose period %d is over") % k})  # fmt: skip
    return found[:4] if largest else []


def _left_out(n: int) -> str:
    if not n:
        return ""
    return (
        ngettext(
            "%d period in which nobody came is left out.",
            "%d periods in which nobody came are left out.",
            n,
        )
        % n
    )
