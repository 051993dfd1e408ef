"""Associations' page: rules as points and as a table."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.kernel.windows import MAX_DAYS, Window
from marketing.personas.shipped import ENROLLED, ORDERED
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
    number,
    preferred,
)
from marketing.studio.templatetags.humanize_numbers import thousands
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights._choice import EventChoice
from recommender.insights.associations import Associations, AssociationsAnswer, Rule

BASKETS = [
    ("person", gettext_lazy("everything a person had")),
    ("session", gettext_lazy("one session")),
]
_SHOWN_RULES = 50


class AssociationsForm(QuestionForm):
    insight = Associations

    of = EventField(label=gettext_lazy("event"))
    also = EventField(label=gettext_lazy("or also"), required=False)
    property = forms.CharField(
        label=gettext_lazy("content in the property"), max_length=120,
        widget=forms.TextInput(attrs={"list": "zx-properties", "autocomplete": "off"}),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("in the last days"), min_value=1, max_value=MAX_DAYS
    )
    basket = choose(gettext_lazy("a basket is"), BASKETS)
    gap_minutes = number(Associations, "gap_minutes", gettext_lazy("session gap, minutes"))
    at_least = number(Associations, "at_least", gettext_lazy("fewest baskets"))
    most_items = number(Associations, "most_items", gettext_lazy("most contents in a rule"))

    def more_fields(self) -> dict[str, forms.Field]:
        low, high = bounds(Associations, "confidence")
        return {
            "confidence": forms.IntegerField(
                label=gettext_lazy("least confidence, percent"),
                min_value=round(100 * (low or 0)), max_value=round(100 * (high or 1)),
            ),
        }  # fmt: skip

    def fields_of_question(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("property", "basket", "gap_minutes", "at_least", "most_items")
        of = [chosen(given, given["of"], "where")]
        if given["also"] and given["also"] != given["of"]:
            of.append({"event": given["also"]})
        return {
            **{name: given[name] for name in names},
            "of": of,
            "window": {"days": given["days"]},
            "confidence": given["confidence"] / 100,
        }

    @classmethod
    def data_of(cls, question: Associations) -> dict[str, Any]:
        names = ("property", "basket", "gap_minutes", "at_least", "most_items")
        data = {name: getattr(question, name) for name in names}
        first, *others = question.of
        return {
            **data,
            "of": first.event,
            **filter_data(first, "where"),
            "also": others[0].event if others else "",
            "days": question.window.days or MAX_DAYS,
            "confidence": round(100 * question.confidence),
        }


class AssociationsPage(InsightPage):
    icon: ClassVar[str] = "join_inner"
    form: ClassVar[type[QuestionForm]] = AssociationsForm

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Associations:
        """Of what was bought: pairs, and often enough that few are left to chance."""
        of = EventChoice(event=preferred(known, ENROLLED, ORDERED)[0])
        if space.is_demo:
            return Associations(of=(of,), at_least=60, most_items=2, window=Window(days=365))
        return Associations(of=(of,), most_items=2)

    @classmethod
    def shown(cls, question: Associations, answer: AssociationsAnswer) -> dict[str, Any]:
        shown = answer.rules[:_SHOWN_RULES]
        return {
            "is_empty": not answer.baskets,
            "kpis": _kpis(answer, question),
            "chart": plots.rules(answer.rules, [_sentence(rule) for rule in answer.rules]),
            "rules": shown,
            "more": answer.passed - len(shown),
            "drawn": len(answer.rules),
        }

    @classmethod
    def said(cls, question: Associations) -> str:
        events = " / ".join(choice_said(each) for each in question.of)
        return f"{events} · {question.property}"


def _sentence(rule: Rule) -> str:
    return f"{' + '.join(item.title for item in rule.left)} → {rule.right.title}"


def _kpis(answer: AssociationsAnswer, question: Associations) -> list[dict[str, str]]:
    return [
        {"label": _("Baskets"), "value": thousands(answer.baskets),
         "note": str(dict(BASKETS)[question.basket])},
        {"label": _("Contents"), "value": thousands(answer.items),
         "note": _("%(n)s in at least %(least)d baskets") % {
             "n": thousands(answer.frequent), "least": question.at_least}},
        {"label": _("Rules tested"), "value": thousands(answer.tested),
         "note": _("each tested against chance")},
        {"label": _("Significant rules"), "value": thousands(answer.passed),
         "note": _("at most %d %% of them by chance") % round(100 * question.false_discovery)},
    ]  # fmt: skip
