"""Experiments with their results."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from campaigns.models import Campaign
from marketing.experiments.exporting import export
from marketing.experiments.models import Experiment, Ruling
from marketing.experiments.services import rule
from marketing.experiments.types import stored
from marketing.experiments.verdict import verdict
from marketing.studio.admin.base import PageAdmin, badge
from marketing.studio.pages import checks as checks_page
from marketing.studio.pages import experiment as experiment_page
from marketing.studio.pages import verdict as verdict_page
from marketing.workspace.language import language
from marketing.workspace.queries import now


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
        return f"{sum(result.exposed):,}" if result else "—"

    @display(description=_("effect on the goal"))
    def effect(self, experiment: Experiment) -> str:
        return verdict_page.effect_text(experiment)

    @display(description=_("verdict"))
    def says(self, experiment: Experiment) -> SafeString:
        return badge(*verdict_page.word(verdict(experiment)))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/export/", view(require_GET(self.export_view)),
                 name="experiments_experiment_export"),
            path("<int:pk>/rule/", view(require_POST(self.rule_view)),
                 name="experiments_experiment_rule"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sums, never people: whoever may see the page may have them."""
        experiment = self._get(request, pk)
        answer = JsonResponse(export(experiment), json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="experiment-{pk}.json"'
        return answer

    def rule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was decided, by whom and why: kept beside what the product said."""
        experiment = self._get(request, pk)
        if not may_rule(request):
            raise PermissionDenied
        reason, decision = request.POST.get("reason", "").strip(), request.POST.get("decision", "")
        if reason and decision in Ruling.Decision.values:
            rule(experiment, request.user.get_username(), decision, reason, now())
            messages.success(request, gettext("The decision is in the log."))
        else:
            messages.error(request, gettext("Choose what was decided, and say why."))
        return HttpResponseRedirect(reverse("admin:experiments_experiment_change", args=[pk]))

    def _get(self, request: HttpRequest, pk: int) -> Experiment:
        experiment = Experiment.objects.filter(pk=pk).first()
        if experiment is None or not self.has_view_permission(request, experiment):
            raise Http404
        return experiment

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        campaign = Campaign.objects.filter(key=obj.key).first()
        names, found = experiment_page.names_of(campaign), stored(obj)
        more: dict[str, Any] = {
            "experiment": obj,
            "campaign": campaign,
            "title": self.title(obj),
            "result": found,
            "log": experiment_page.log(obj, names),
            "may_rule": may_rule(request),
            "rulings": Ruling.Decision.choices,
            "learned": experiment_page.learned(obj, names, found.metrics[0].unit if found else ""),
            **verdict_page.context(obj, names),
        }
        if found is not None:
            more |= {
                "arms": experiment_page.arms(found, names),
                "forest": experiment_page.forest(found, names),
                "metrics": experiment_page.metrics(found, names, language()),
                "holds": experiment_page.holds(found),
                "checks": checks_page.rows(found),
            }
        return more


def may_rule(request: HttpRequest) -> bool:
    """Experiments are no forms; who may change campaigns decides about them."""
    return bool(request.user.has_perm("campaigns.change_campaign"))
