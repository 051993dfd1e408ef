"""The forecast's page: the series with its usual range, what comes next, and how well that went."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.demo.setting import FROZEN_AT
from marketing.personas.shipped import ENROLLED, ORDERED, WITHDRAWN
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
from marketing.studio.shell import said
from marketing.studio.templatetags.humanize_numbers import decimals, percent
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights._candidates import CANDIDATES
from recommender.insights._choice import EventChoice
from recommender.insights.forecast import Forecast, ForecastAnswer, Tried

MEASURES = [("count", gettext_lazy("how many events")), ("people", gettext_lazy("how many people")),
            ("sum", gettext_lazy("the total of a property"))]  # fmt: skip
UNITS = [("day", gettext_lazy("days")), ("week", gettext_lazy("weeks"))]
_SHOWN_ANOMALIES = 30


class ForecastForm(QuestionForm):
    insight = Forecast

    of = EventField(label=gettext_lazy("event"))
    measure = choose(gettext_lazy("measured as"), MEASURES)
    property = forms.CharField(
        label=gettext_lazy("property"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"list": "zx-numbers", "autocomplete": "off"}),
    )  # fmt: skip
    by = choose(gettext_lazy("by"), UNITS)
    periods = number(Forecast, "periods", gettext_lazy("periods of history"))
    skip = number(Forecast, "skip", gettext_lazy("leave out the newest"), required=False)
    horizon = number(Forecast, "horizon", gettext_lazy("periods ahead"))

    def more_fields(self) -> dict[str, forms.Field]:
        low, high = bounds(Forecast, "threshold")
        return {
            "threshold": forms.FloatField(
                label=gettext_lazy("anomaly threshold"), min_value=low, max_value=high,
                widget=forms.NumberInput(attrs={"step": "0.1"}),
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("measure") == "sum" and not given.get("property"):
            self.add_error("property", _("Name the property whose total is wanted."))
        return given

    def fields_of_question(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("measure", "by", "periods", "horizon", "threshold")
        return {
            **{name: given[name] for name in names},
            "of": chosen(given, given["of"], "where"),
            "skip": given["skip"] or 0,
            "property": given["property"] if given["measure"] == "sum" else "",
        }

    @classmethod
    def data_of(cls, question: Forecast) -> dict[str, Any]:
        names = ("measure", "property", "by", "periods", "skip", "horizon", "threshold")
        data = {name: getattr(question, name) for name in names}
        return data | {"of": question.of.event, **filter_data(question.of, "where")}


class ForecastPage(InsightPage):
    icon: ClassVar[str] = "show_chart"
    form: ClassVar[type[QuestionForm]] = ForecastForm

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Forecast:
        if space.is_demo and WITHDRAWN in known.names():
            # The demo's history ends where its clock first stood; what followed is simulated.
            after = (space.clock.now().date() - FROZEN_AT.date()).days + 2
            return Forecast(of=EventChoice(event=WITHDRAWN), skip=max(after, 0))
        return Forecast(of=EventChoice(event=preferred(known, ORDERED, ENROLLED)[0]))

    @classmethod
    def shown(cls, question: Forecast, answer: ForecastAnswer) -> dict[str, Any]:
        unusual = [each for each in reversed(answer.past) if each.is_anomaly]
        return {
            "is_empty": False,
            "chart": plots.forecast(answer),
            "kpis": _kpis(answer, len(unusual)),
            "unit": dict(UNITS)[question.by],
            "candidates": [
                (_name(each.name), each, each.name == answer.chosen) for each in answer.candidates
            ],
            "unusual": unusual[:_SHOWN_ANOMALIES],
            "more_unusual": max(len(unusual) - _SHOWN_ANOMALIES, 0),
            "ahead": answer.ahead,
            "judged_from": next(
                (each.first_day for each in answer.past if each.expected is not None), None
            ),
            "threshold": question.threshold,
            "origins": answer.origins,
        }

    @classmethod
    def said(cls, question: Forecast) -> str:
        measure = dict(MEASURES)[question.measure]
        what = f"{measure}: {question.property}" if question.property else measure
        return f"{choice_said(question.of)} · {what} · {dict(UNITS)[question.by]}"


def _name(candidate: str) -> str:
    return said(CANDIDATES[candidate].label) if candidate in CANDIDATES else candidate


def _kpis(answer: ForecastAnswer, unusual: int) -> list[dict[str, str]]:
    won: Tried = next(each for each in answer.candidates if each.name == answer.chosen)
    first = answer.ahead[0]
    return [
        {"label": _("Next period"), "value": f"{first.median:,.0f}",
         "note": f"80 %: {first.low80:,.0f} – {first.high80:,.0f}"},
        {"label": _("Model"), "value": won.form or "—", "note": _name(won.name)},
        {"label": "MASE", "value": decimals(won.mase, 2),
         "note": _("of what came, %(a)s lay in the 80 %% interval, %(b)s in the 95 %% one") % {
             "a": percent(won.covered80), "b": percent(won.covered95)}},
        {"label": _("Anomalies"), "value": f"{unusual}", "note": _("of %d judged") % sum(
            each.expected is not None for each in answer.past)},
    ]  # fmt: skip
