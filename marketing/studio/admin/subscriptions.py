"""Subscriptions as the events of orders have it: to be looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from marketing.people.models import Subscription
from marketing.studio.admin.base import ReadOnlyAdmin, badge
from marketing.studio.pages import subscription as page
from marketing.workspace.queries import now


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["who", "shown_plan", "state", "started", "renews", "ends"]
    list_filter = ["plan"]
    list_select_related = ["person"]
    search_fields = ["person__key__startswith"]
    search_help_text = _("The beginning of an id, with user: or anon: before it")
    ordering = ["-id"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        moment, grace = now(), page.grace()
        for row in changelist.result_list:
            row.standing = page.standing(row, moment, grace)
        return changelist

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """All about it stands on the person's page."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            response: HttpResponse = super().change_view(
                request, object_id, form_url, extra_context
            )
            return response
        return HttpResponseRedirect(reverse("admin:people_person_change", args=[row.person_id]))

    @display(description=_("person"))
    def who(self, row: Subscription) -> str:
        return row.person.external_id

    @display(description=_("plan"), ordering="plan")
    def shown_plan(self, row: Subscription) -> str:
        return row.plan or "—"

    @display(description=_("state"))
    def state(self, row: Any) -> SafeString:
        return badge(row.standing.said, row.standing.tone)

    @display(description=_("started"))
    def started(self, row: Any) -> Any:
        return row.standing.terms.started_at

    @display(description=_("renews"))
    def renews(self, row: Any) -> Any:
        return row.standing.terms.renews_at

    @display(description=_("ends"))
    def ends(self, row: Any) -> Any:
        return row.standing.terms.ends_at
