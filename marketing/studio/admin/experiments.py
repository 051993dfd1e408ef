"""Experiments with their results."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Campaign
from marketing.experiments.models import Experiment
from marketing.experiments.types import stored
from marketing.studio.admin.base import PageAdmin, badge
from marketing.studio.pages import campaign as campaign_page
from marketing.workspace.language import language


@admin.register(Experiment)
class ExperimentAdmin(PageAdmin):
    list_display = ["title", "exposed", "effect", "verdict", "started_at", "result_at"]
    search_fields = ["name", "name_zh", "key"]
    page_template = "studio/experiment.html"

    @display(description=_("experiment"), ordering="name")
    def title(self, experiment: Experiment) -> str:
        return str(experiment)

    @display(description=_("exposed"))
    def exposed(self, experiment: Experiment) -> str:
        result = stored(experiment)
        return f"{sum(arm.exposed for arm in result.arms):,}" if result else "—"

    @display(description=_("effect on the goal"))
    def effect(self, experiment: Experiment) -> str:
        return campaign_page.effect_text(stored(experiment), simulated=experiment.simulated)

    @display(description=_("reading"))
    def verdict(self, experiment: Experiment) -> SafeString:
        text, tone = reading(experiment)
        return badge(text, tone)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        text, tone = reading(obj)
        more: dict[str, Any] = {"reading": text, "tone": tone, "experiment": obj}
        campaign = Campaign.objects.filter(key=obj.key).first()
        if campaign is not None:
            more = {**campaign_page.result(campaign, language()), **more}
        return {**more, "title": self.title(obj)}


def reading(experiment: Experiment) -> tuple[str, str]:
    """One fixed-horizon reading: only what the interval says, nothing before it can be said."""
    result = stored(experiment)
    effect = result.treated.effects.get("conversion") if result else None
    if result is None or effect is None:
        return gettext("No result yet"), "muted"
    if result.split_is_broken:
        return gettext("Broken split"), "bad"
    if result.immature:
        return gettext("Still running"), "info"
    if effect.low > 0:
        return gettext("Works"), "good"
    return (gettext("Harms"), "bad") if effect.high < 0 else (gettext("Not decided"), "muted")
