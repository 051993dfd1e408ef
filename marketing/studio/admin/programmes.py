"""Programmes and layers: what campaigns have in common, and what they never share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Campaign, Programme
from marketing.experiments.models import Layer
from marketing.studio.admin.base import StudioAdmin, badge, two_lines
from marketing.studio.event_names import event_name
from marketing.studio.shell import said


class KeyedAdmin(StudioAdmin):
    """The key seeds who is where, so it is chosen once."""

    search_fields = ["name", "name_zh", "key"]
    # Deleted one by one, where what stands in the way is said.
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"key": ["name"]}


@admin.register(Programme)
class ProgrammeAdmin(KeyedAdmin):
    list_display = ["title", "held_out", "campaigns_in_it", "goal", "planned_days"]
    fieldsets = [
        (None, {"fields": ["name", "name_zh", "key", "holdout_percent"]}),
        (
            _("Goal"),
            {
                "fields": ["goal_event", "goal_days", "planned_days"],
                "description": _(
                    "Who is held out of the whole programme is compared with everybody else by it."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(n=Count("campaigns"))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        everywhere = Campaign.objects.filter(respects_global_holdout=True).count()
        for programme in changelist.result_list:
            programme.shown_n = everywhere if programme.is_global else programme.n
        return changelist

    def has_delete_permission(self, request: HttpRequest, obj: Programme | None = None) -> bool:
        """Not the global one: 0 percent holds out nobody."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and obj.is_global)

    @display(description=_("programme"), ordering="name")
    def title(self, programme: Programme) -> SafeString:
        note = gettext("every campaign, unless it says otherwise")
        return two_lines(said(programme.label), note if programme.is_global else programme.key)

    @display(description=_("holdout"), ordering="holdout_percent")
    def held_out(self, programme: Programme) -> str:
        return f"{programme.holdout_percent} %"

    @display(description=_("campaigns"))
    def campaigns_in_it(self, programme: Any) -> str:
        return f"{programme.shown_n:,}"

    @display(description=_("goal"))
    def goal(self, programme: Programme) -> SafeString:
        within = gettext("within %d days") % programme.goal_days
        return two_lines(event_name(programme.goal_event), within)


@admin.register(Layer)
class LayerAdmin(KeyedAdmin):
    list_display = ["title", "campaigns_in_it", "taken"]
    fields = ["name", "name_zh", "key"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One query for all rows."""
        changelist = super().get_changelist_instance(request)
        current = ~Q(status=Campaign.Status.ENDED)
        layers = [layer.pk for layer in changelist.result_list]
        rows = Campaign.objects.filter(layer__in=layers).values_list("layer").order_by()
        counted = rows.annotate(
            n=Count("id", filter=current), percent=Sum("layer_percent", filter=current)
        )
        found = {layer: (n, percent or 0) for layer, n, percent in counted}
        for layer in changelist.result_list:
            layer.row = found.get(layer.pk, (0, 0))
        return changelist

    @display(description=_("layer"), ordering="name")
    def title(self, layer: Layer) -> SafeString:
        return two_lines(str(layer), layer.key)

    @display(description=_("campaigns that have not ended"))
    def campaigns_in_it(self, layer: Any) -> str:
        return f"{layer.row[0]:,}"

    @display(description=_("taken of the layer"))
    def taken(self, layer: Any) -> SafeString:
        percent = layer.row[1]
        return badge(f"{percent} %", "warn" if percent > 100 else "info" if percent else "muted")
