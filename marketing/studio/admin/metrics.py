"""Metrics as operators define them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Campaign
from marketing.experiments.metrics import METRICS
from marketing.experiments.models import MetricDefinition
from marketing.studio.admin.base import badge, two_lines
from marketing.studio.admin.programmes import KeyedAdmin
from marketing.studio.event_names import event_name
from marketing.studio.forms.metric import MetricForm
from marketing.studio.shell import said


@admin.register(MetricDefinition)
class MetricDefinitionAdmin(KeyedAdmin):
    list_display = ["title", "of_kind", "counted", "shown_role", "in_every_experiment"]
    list_filter = ["role", "in_every_experiment"]
    form = MetricForm
    fieldsets = [
        (None, {"fields": ["name", "name_zh", "key"]}),
        (_("What is measured"), {"fields": ["kind", "event", "amount", "percentile", "per_event"]}),
        (_("Window"), {"fields": ["from_day", "days", "cap_percentile"]}),
        (
            _("What it decides"),
            {"fields": ["role", "margin_percent", "lower_is_better", "in_every_experiment"]},
        ),
    ]

    def has_delete_permission(
        self, request: HttpRequest, obj: MetricDefinition | None = None
    ) -> bool:
        """Not what a campaign looks at: it would be gone from its form without a word."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and _is_used(obj))

    @display(description=_("metric"), ordering="name")
    def title(self, metric: MetricDefinition) -> SafeString:
        return two_lines(said(metric.label), metric.key)

    @display(description=_("kind"), ordering="kind")
    def of_kind(self, metric: MetricDefinition) -> str:
        """A kind that is no member any more says its name."""
        return said(METRICS.get(metric.kind).label) if metric.kind in METRICS else metric.kind

    @display(description=_("counts"))
    def counted(self, metric: MetricDefinition) -> SafeString:
        within = gettext("within %d days") % metric.days
        return two_lines(event_name(metric.event), within)

    @display(description=_("role"), ordering="role")
    def shown_role(self, metric: MetricDefinition) -> SafeString:
        is_guardrail = metric.role == MetricDefinition.Role.GUARDRAIL
        return badge(gettext("guardrail"), "warn") if is_guardrail else badge(gettext("secondary"))


def _is_used(metric: MetricDefinition) -> bool:
    return Campaign.objects.filter(Q(metrics=metric) | Q(goal_metric=metric)).exists()
