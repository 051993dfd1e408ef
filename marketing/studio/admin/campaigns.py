"""Campaigns as forms, their launch buttons, their result pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from campaigns import launching
from campaigns.models import Campaign
from marketing.conditions.groups import All
from marketing.conditions.parse import to_json
from marketing.kernel.errors import MarketingError
from marketing.studio.admin.arms import TesterInline, VariantInline
from marketing.studio.admin.base import StudioAdmin, badge, two_lines
from marketing.studio.forms.audience import CampaignForm
from marketing.studio.pages import campaign as page
from marketing.studio.rules import endpoint
from marketing.studio.shell import explained, said
from marketing.workspace.language import language
from marketing.workspace.queries import now, workspace
from segments.queries import labeller

# Edited while it runs, a campaign listens for what comes from then on.
_DATED = {"occasion", "subscription_moment", "offset_days", "subscription_plan"}
_TONES = {"running": "good", "paused": "warn", "draft": "muted", "ended": "info"}


@admin.register(Campaign)
class CampaignAdmin(StudioAdmin):
    list_display = ["title", "state", "when", "delivered", "effect", "launched_at"]
    list_filter = ["status", "occasion"]
    search_fields = ["name", "name_zh", "key"]
    form = CampaignForm
    autocomplete_fields = ["metrics"]
    change_form_outer_before_template = "studio/campaign_bar.html"
    fieldsets = [
        (None, {"fields": ["name", "name_zh", "key"]}),
        (
            _("When"),
            {
                "fields": [
                    "occasion", "event_name", "segment_key", "placement",
                    "subscription_moment", "offset_days", "subscription_plan",
                    "repeat_days", "ends_at",
                ]
            },
        ),
        (
            _("Whom"),
            {
                "fields": [
                    "audience", "holdout_percent", "programme", "respects_global_holdout",
                    "layer", "layer_percent",
                ]
            },
        ),
        (
            _("Limits"),
            {
                "fields": [
                    "cooldown_days", "counts_as_message", "respects_quiet_hours", "budget_cents",
                ]
            },
        ),
        (_("Goal"), {"fields": ["goal_event", "goal_days"]}),
        (
            _("Experiment"),
            {
                "fields": [
                    "planned_days", "method", "goal_metric", "metrics", "strata", "allocation",
                    "allocation_reads",
                ],
                "classes": ["collapse"],
            },
        ),
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Who may only look reads the audience as a sentence above the form, not as JSON."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sets
        return [
            (title, {**more, "fields": [each for each in more["fields"] if each != "audience"]})
            for title, more in sets
        ]

    def get_inlines(self, request: HttpRequest, obj: Campaign | None) -> list[Any]:
        """A tester gets one of the variants, so these are there first."""
        return [VariantInline, TesterInline] if obj else [VariantInline]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"audience": to_json(All(()))}

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> list[str]:
        """The key seeds the split: changing it would deal everybody anew."""
        return ["key"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Campaign | None = None
    ) -> dict[str, Any]:
        return {} if obj else {"key": ["name"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("variants")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        numbers = page.row_numbers([campaign.key for campaign in changelist.result_list])
        for campaign in changelist.result_list:
            campaign.row = numbers[campaign.key]
        return changelist

    @display(description=_("campaign"), ordering="name")
    def title(self, campaign: Campaign) -> SafeString:
        shares = gettext("%(n)d variants · holdout %(p)d%%") % {
            "n": len(campaign.variants.all()), "p": campaign.holdout_percent,
        }  # fmt: skip
        return two_lines(said(campaign.label), shares)

    @display(description=_("status"), ordering="status")
    def state(self, campaign: Campaign) -> SafeString:
        return badge(campaign.get_status_display(), _TONES[campaign.status])

    @display(description=_("occasion"))
    def when(self, campaign: Campaign) -> SafeString:
        what = campaign.event_name or campaign.segment_key or campaign.placement
        if campaign.occasion == Campaign.Occasion.SUBSCRIPTION:
            what = page.date_said(campaign)
        return two_lines(campaign.get_occasion_display(), what)

    @display(description=_("delivered"))
    def delivered(self, campaign: Any) -> str:
        return f"{campaign.row.delivered:,}"

    @display(description=_("effect on the goal"))
    def effect(self, campaign: Any) -> str:
        return str(campaign.row.effect)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Every edit is a new version; the rule's snapshots keep the old ones."""
        if change and form.changed_data:
            obj.version += 1
        if _DATED & set(form.changed_data) and obj.launched_at:
            launching.listen(obj, now())
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("preview/", view(require_POST(self.preview_view)),
                 name="campaigns_campaign_preview"),
            path("names/", view(require_GET(self.names_view)), name="campaigns_campaign_names"),
            path("<int:pk>/result/", view(self.result_view), name="campaigns_campaign_result"),
            path(
                "<int:pk>/<str:verb>/move/",
                view(require_POST(self.move_view)),
                name="campaigns_campaign_move",
            ),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Whom a draft of an audience means; nothing is stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return endpoint.answer(request)

    def names_view(self, request: HttpRequest) -> HttpResponse:
        """Contents and concepts by what they are called."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return endpoint.names(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        campaign = self.get_object(request, object_id)
        more = page.bar(campaign, language(), labeller()) if campaign else {}
        context = {**(extra_context or {}), **more}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def result_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = self._get(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": campaign,
            **page.result(campaign, language()),
        }
        return TemplateResponse(request, "studio/campaign_result.html", context)

    def move_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Launch, pause or end: a POST, never a link."""
        campaign = self._get(request, pk)
        if not self.has_change_permission(request, campaign):
            raise Http404
        try:
            with transaction.atomic():
                _move(campaign, verb)
                self.log_change(request, campaign, f"{verb}: {campaign.status}")
            messages.success(request, gettext("The campaign is now: %s") % _display(campaign))
        except MarketingError as error:
            messages.error(request, explained(error))
        return HttpResponseRedirect(reverse("admin:campaigns_campaign_change", args=[pk]))

    def _get(self, request: HttpRequest, pk: int) -> Campaign:
        campaign = Campaign.objects.filter(pk=pk).first()
        if campaign is None or not self.has_view_permission(request, campaign):
            raise Http404
        return campaign


def _move(campaign: Campaign, verb: str) -> None:
    if verb == "launch":
        launching.launch(campaign, workspace(), now())
    elif verb == "pause":
        launching.pause(campaign)
    elif verb == "end":
        launching.end(campaign, now())
    else:
        raise Http404


def _display(campaign: Campaign) -> str:
    return str(campaign.get_status_display())
