"""The planner's page: what a number of days can show, and what a hoped-for effect takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    event_choices,
    filter_data,
    number,
    preferred,
)
from marketing.studio.insights._planner_words import kpis, rows, sentences
from marketing.studio.shell import said
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights._choice import EventChoice
from recommender.insights.planner import MOST_ACTIVE, Planner, PlannerAnswer
from segments.models import Segment

REACHES = [
    ("as_they_come", gettext_lazy("as they come")),
    ("at_once", gettext_lazy("all at hand at once, then new ones")),
]
LOOKS = [("yes", gettext_lazy("one a day")), ("no", gettext_lazy("at the end"))]
COUNTS = [("done", gettext_lazy("whether it is done")),
          ("amount", gettext_lazy("a number of it, summed a person"))]  # fmt: skip
_PLAIN = ("goal_days", "days", "reach", "holdout_percent", "planned_days")


class PlannerForm(QuestionForm):
    """Left empty, who is active is whoever did any of the events that were seen."""

    insight = Planner
    filtered = ("where", "active_where")

    goal = EventField(label=gettext_lazy("goal event"))
    also = EventField(label=gettext_lazy("or also"), required=False)
    counts = choose(gettext_lazy("what counts"), COUNTS, required=False)
    amount = forms.CharField(
        label=gettext_lazy("number that is summed"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"list": "zx-numbers", "autocomplete": "off"}),
    )  # fmt: skip
    goal_days = number(Planner, "goal_days", gettext_lazy("goal window, days"))
    active = EventField(label=gettext_lazy("people who did"), required=False)
    days = number(Planner, "days", gettext_lazy("in the last days"))
    reach = choose(gettext_lazy("they take part"), REACHES)
    holdout_percent = number(Planner, "holdout_percent", gettext_lazy("holdout, percent"))
    planned_days = number(Planner, "planned_days", gettext_lazy("planned days"))
    effect_points = forms.FloatField(
        label=gettext_lazy("hoped-for rise, points"), required=False, min_value=0.01, max_value=100
    )
    effect_percent = forms.FloatField(
        label=gettext_lazy("hoped-for rise, percent"), required=False,
        min_value=0.01, max_value=1000,
    )  # fmt: skip
    daily_looks = choose(gettext_lazy("looks"), LOOKS)

    def __init__(self, known: EventList, data: Mapping[str, Any], also: Sequence[str] = ()) -> None:
        super().__init__(known, data, also)
        self._all = known.names()[:MOST_ACTIVE]
        active = self.fields["active"]
        if isinstance(active, EventField):
            choices = event_choices(known, also, required=True)
            active.choices = [("", _("anything at all")), *choices]

    def more_fields(self) -> dict[str, forms.Field]:
        low, high = bounds(Planner, "power")
        segments = [(each.key, said(each.label)) for each in Segment.objects.filter(active=True)]
        return {
            "segment": choose(
                gettext_lazy("of the segment"), [("", _("everybody")), *segments], required=False
            ),
            "power": forms.IntegerField(
                label=gettext_lazy("power, percent"),
                min_value=round(100 * (low or 0)), max_value=round(100 * (high or 1)),
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if (given.get("goal_days") or 0) >= (given.get("days") or 10_000):
            self.add_error("days", _("More than the goal window: its end has to be known."))
        if given.get("active_where_property") and not given.get("active"):
            self.add_error("active", _("Choose the event that the filter is of."))
        if given.get("counts") == "amount" and not given.get("amount"):
            self.add_error("amount", _("Name the number of the goal event that is summed."))
        if any(sign in given.get("amount", "") for sign in '"\\'):
            self.add_error("amount", _("A name cannot hold quotes or backslashes."))
        return given

    def fields_of_question(self) -> dict[str, Any]:
        given = self.cleaned_data
        # What is filled in for the other kind of plan waits there, in case it is chosen again.
        is_amount = given["counts"] == "amount"
        goal = [chosen(given, given["goal"], "where")]
        if given["also"] and given["also"] != given["goal"]:
            goal.append({"event": given["also"]})
        active = [{"event": name} for name in self._all]
        if given["active"]:
            active = [chosen(given, given["active"], "active_where")]
        return {
            **{name: given[name] for name in _PLAIN},
            "goal": goal,
            "active": active,
            "segment": given["segment"] or None,
            "power": given["power"] / 100,
            "amount": given["amount"] if is_amount else None,
            "effect_points": None if is_amount else given["effect_points"],
            "effect_percent": given["effect_percent"] if is_amount else None,
            "daily_looks": given["daily_looks"] == "yes",
        }

    @classmethod
    def data_of(cls, question: Planner) -> dict[str, Any]:
        first, *others = question.goal
        is_one = len(question.active) == 1
        return {
            **{name: getattr(question, name) for name in _PLAIN},
            "goal": first.event,
            **filter_data(first, "where"),
            "also": others[0].event if others else "",
            "active": question.active[0].event if is_one else "",
            **(filter_data(question.active[0], "active_where") if is_one else {}),
            "segment": question.segment or "",
            "power": round(100 * question.power),
            "counts": "done" if question.amount is None else "amount",
            "amount": question.amount or "",
            "effect_points": "" if question.effect_points is None else question.effect_points,
            "effect_percent": "" if question.effect_percent is None else question.effect_percent,
            "daily_looks": "yes" if question.daily_looks else "no",
        }


class PlannerPage(InsightPage):
    icon: ClassVar[str] = "experiment"
    form: ClassVar[type[QuestionForm]] = PlannerForm

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Planner:
        """Of those who did anything: how many go on to what is worth most."""
        goal = EventChoice(event=preferred(known, ORDERED, ENROLLED, SUBMITTED)[0])
        active = tuple(EventChoice(event=name) for name in known.names()[:MOST_ACTIVE])
        return Planner(goal=(goal,), active=active, days=90)

    @classmethod
    def shown(cls, question: Planner, answer: PlannerAnswer) -> dict[str, Any]:
        return {
            "is_empty": False,
            "kpis": kpis(question, answer),
            "sentences": sentences(question, answer),
            "chart": plots.plan(answer),
            "rows": rows(question, answer),
            "is_amount": answer.unit != "share",
            "power": round(100 * question.power),
        }

    @classmethod
    def said(cls, question: Planner) -> str:
        goal = " / ".join(choice_said(each) for each in question.goal)
        days = _("%d days") % question.planned_days
        what = f"{goal} · {question.amount}" if question.amount else goal
        return f"{what} · {days} · {question.holdout_percent} %"
