"""Segments: the condition as a sentence, the size, when it was last refreshed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from marketing.conditions.groups import All
from marketing.conditions.parse import to_json
from marketing.people.queries import count
from marketing.studio.admin.base import StudioAdmin, badge, two_lines
from marketing.studio.admin.kinds import KindViews
from marketing.studio.admin.segment_analysis import AnalysisPages
from marketing.studio.kinds.ways import ways
from marketing.studio.pages import membership
from marketing.studio.pages import segment as page
from marketing.studio.rules import endpoint
from marketing.studio.rules.form import SegmentForm, proposed
from marketing.studio.shell import said
from marketing.workspace.queries import now
from segments.analysing.freshness import Fresh, Freshness
from segments.models import Segment, SegmentVersion
from segments.queries import labeller, newest_versions

_TONES = {"snapshot": "info", "imported": "warn", "learned": "good"}


@dataclass(frozen=True)
class _Row:
    sentence: str
    version: SegmentVersion | None
    people: int
    fresh: Fresh | None


@admin.register(Segment)
class SegmentAdmin(AnalysisPages, KindViews, StudioAdmin):
    list_display = ["title", "kind_badge", "family_badge", "size", "moved", "refreshed"]
    list_filter = ["kind", "family", "active"]
    search_fields = ["name", "name_zh", "key"]
    form = SegmentForm
    fieldsets = [
        (None, {"fields": [("name", "name_zh"), ("key", "family"), ("description", "active")]}),
        (None, {"fields": ["condition"]}),
    ]
    change_form_outer_before_template = "studio/segment_before.html"
    change_form_outer_after_template = "studio/segment.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What all rows need is read once, and hung on the rows themselves."""
        changelist = super().get_changelist_instance(request)
        label, people, versions = labeller(), count(), newest_versions()
        fresh = Freshness(now())
        for segment in changelist.result_list:
            version = versions.get(segment.key)
            known = fresh.of(version, segment.key)
            segment.row = _Row(page.in_words(segment, label), version, people, known)
        return changelist

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a link proposes (a part of the RFM grid, say), else everybody."""
        return {"condition": to_json(All(())), **proposed(request.GET)}

    def get_fieldsets(self, request: HttpRequest, obj: Segment | None = None) -> Any:
        """Who may only look reads the condition as a sentence (above the sizes), not as JSON; what
        is no rule has none.
        """
        rows = super().get_fieldsets(request, obj)
        may_edit = obj is None or (obj.is_dynamic and self.has_change_permission(request, obj))
        return rows if may_edit else rows[:1]

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview_view))
        names = self.admin_site.admin_view(require_GET(self.names_view))
        return [
            path("preview/", preview, name="segments_segment_preview"),
            path("names/", names, name="segments_segment_names"),
            *self.kind_urls(),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Who a draft means; nothing is stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return endpoint.answer(request)

    def names_view(self, request: HttpRequest) -> HttpResponse:
        """Contents and concepts by what they are called."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return endpoint.names(request)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Segment | None = None
    ) -> dict[str, Any]:
        return {} if obj else {"key": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Segment | None = None) -> list[str]:
        """Conditions and campaigns refer to the key: it never changes."""
        return ["key"] if obj else []

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The rule builder, below the other ways to a segment."""
        context = {**(extra_context or {}), "ways": ways(request.user), "way": "condition"}
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    @display(description=_("segment"), ordering="name")
    def title(self, segment: Any) -> SafeString:
        return two_lines(said(segment.label), segment.row.sentence)

    @display(description=_("kind"), ordering="kind")
    def kind_badge(self, segment: Segment) -> SafeString:
        return badge(segment.get_kind_display(), _TONES.get(segment.kind, "muted"))

    @display(description=_("family"), ordering="family")
    def family_badge(self, segment: Segment) -> SafeString:
        return badge(segment.get_family_display())

    @display(description=_("size"))
    def size(self, segment: Any) -> SafeString | str:
        version = segment.row.version
        if version is None:
            return gettext("not refreshed yet")
        share = version.size / segment.row.people if segment.row.people else 0
        return two_lines(f"{version.size:,}", f"{share:.1%}")

    @display(description=_("entered / left"))
    def moved(self, segment: Any) -> str:
        version = segment.row.version
        return f"+{version.n_entered:,} / -{version.n_left:,}" if version else "—"

    @display(description=_("as of"))
    def refreshed(self, segment: Any) -> SafeString | str:
        """With the lag, and what the last rebuild found."""
        fresh = segment.row.fresh
        if fresh is None:
            return "—"
        moment = date_format(localtime(fresh.as_of), "DATETIME_FORMAT")
        return two_lines(moment, membership.in_short(fresh))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        segment = self.get_object(request, object_id)
        may = {"may_keep": self.has_add_permission(request),
               "may_ask": request.user.has_perm("segments.add_learning"),
               "may_change": self.has_change_permission(request, segment)}  # fmt: skip
        more = page.context(segment) | membership.context(segment) | may if segment else {}
        context = {**(extra_context or {}), **more}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response
