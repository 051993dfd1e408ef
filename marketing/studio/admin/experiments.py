"""Experiments with their results."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Campaign
from marketing.experiments.models import Experiment
from marketing.experiments.types import stored
from marketing.experiments.verdict import verdict
from marketing.studio import charts
from marketing.studio.admin.base import PageAdmin, badge
from marketing.studio.pages import campaign as campaign_page
from marketing.studio.pages import verdict as verdict_page
from marketing.workspace.language import language


@admin.register(Experiment)
class ExperimentAdmin(PageAdmin):
    list_display = ["title", "exposed", "effect", "says", "started_at", "result_at"]
    search_fields = ["name", "name_zh", "key"]
    page_template = "studio/experiment.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("looks")

    @display(description=_("experiment"), ordering="name")
    def title(self, experiment: Experiment) -> str:
        return str(experiment)

    @display(description=_("exposed"))
    def exposed(self, experiment: Experiment) -> str:
        result = stored(experiment)
        return f"{sum(arm.exposed for arm in result.arms):,}" if result else "—"

    @display(description=_("effect on the goal"))
    def effect(self, experiment: Experiment) -> str:
        return verdict_page.effect_text(experiment)

    @display(description=_("verdict"))
    def says(self, experiment: Experiment) -> SafeString:
        return badge(*verdict_page.word(verdict(experiment)))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        more: dict[str, Any] = {"experiment": obj, **verdict_page.context(obj)}
        campaign = Campaign.objects.filter(key=obj.key).first()
        if campaign is not None:
            more = {**campaign_page.result(campaign, language()), **more}
        else:
            found = stored(obj)
            arms = [*found.arms, found.treated] if found else []
            more |= {"result": found, "forest": charts.forest(arms, {})}
        return {**more, "title": self.title(obj)}
