"""Data quality: the event catalogue, surprises, and a page about all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from marketing.events import surprised
from marketing.events.models import EventDay, EventType, Surprise
from marketing.events.surprises import SURPRISES
from marketing.personas.quality import asking
from marketing.studio.admin.base import PageAdmin, ReadOnlyAdmin, badge, two_lines
from marketing.studio.event_names import event_name
from marketing.studio.pages import event_type, quality, quality_scan
from marketing.studio.shell import said
from marketing.workspace.queries import now

WEEK = 7


@admin.register(EventType)
class EventTypeAdmin(PageAdmin):
    list_display = ["called", "events", "week", "first", "last"]
    search_fields = ["name"]
    page_template = "studio/event_type.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("quality/", view(self.quality_view), name="events_eventtype_quality"),
            path("quality/scan/", view(require_POST(self.scan_view)), name="events_eventtype_scan"),
            path("quality/scan/state/", view(self.state_view), name="events_eventtype_scan_state"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        first = quality.last_days(now(), WEEK)[0]
        days = EventDay.objects.filter(type=OuterRef("pk"), day__gte=first)
        sums = days.order_by().values("type").annotate(n=Sum("events")).values("n")
        return super().get_queryset(request).annotate(recent=Coalesce(Subquery(sums), 0))

    def quality_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request),
                   "title": gettext("Data quality"), **quality.context(now())}  # fmt: skip
        return TemplateResponse(request, "studio/quality.html", context)

    def scan_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a scan; the page shows how far it is."""
        if not request.user.has_perm("personas.add_qualityscan"):
            raise PermissionDenied
        asking.ask(datetime.now(UTC), request.user.get_username())
        return HttpResponseRedirect(reverse("admin:events_eventtype_quality"))

    def state_view(self, request: HttpRequest) -> HttpResponse:
        """How far the scan is, for the page that waits; once it is done the page is loaded anew."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = quality_scan.context()
        if found["waiting"]:
            return TemplateResponse(request, "studio/quality/waiting.html", found)
        return HttpResponse(headers={"HX-Refresh": "true"})

    @display(description=_("last 7 days"), ordering="recent")
    def week(self, event: Any) -> int:
        return int(event.recent)

    @display(description=_("event"), ordering="name")
    def called(self, event: EventType) -> SafeString | str:
        name = event_name(event.name)
        return name if name == event.name else two_lines(name, event.name)

    @display(description=_("first happened"), ordering="first_at_us")
    def first(self, event: EventType) -> Any:
        return event.first_at

    @display(description=_("last happened"), ordering="last_at_us")
    def last(self, event: EventType) -> Any:
        return event.last_at

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {**event_type.context(obj, now()), "title": event_name(obj.name)}


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, said(SURPRISES.get(name).label)) for name in SURPRISES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Surprise)
class SurpriseAdmin(ReadOnlyAdmin):
    list_display = ["what_was", "called", "property", "kind_name", "state_badge", "times",
                    "first_seen_at", "last_seen_at"]  # fmt: skip
    list_display_links = None
    list_filter = ["state", KindFilter]
    search_fields = ["event", "property"]
    actions = ["accept"]

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("events.change_surprise"))

    @admin.action(description=_("Accept: it is as it should be"), permissions=["accept"])
    def accept(self, request: HttpRequest, queryset: Any) -> None:
        rows = list(queryset.filter(state=Surprise.State.OPEN))
        done = surprised.accept(queryset, request.user.get_username(), now())
        for row in rows:
            self.log_change(request, row, "accepted")
        messages.success(request, gettext("%(n)s accepted.") % {"n": f"{done:,}"})

    @display(description=_("what was surprising"))
    def what_was(self, row: Surprise) -> str:
        return event_type.in_words(row)

    @display(description=_("event"), ordering="event")
    def called(self, row: Surprise) -> str:
        return event_name(row.event) if row.event else "—"

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, row: Surprise) -> str:
        return said(SURPRISES.get(row.kind).label) if row.kind in SURPRISES else row.kind

    @display(description=_("state"), ordering="state")
    def state_badge(self, row: Surprise) -> SafeString:
        tone = "warn" if row.state == Surprise.State.OPEN else "muted"
        return badge(row.get_state_display(), tone)
