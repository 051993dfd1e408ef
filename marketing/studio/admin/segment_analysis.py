"""The pages about segments that are no table: RFM, lifecycle, overlap, and why."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET
from unfold.admin import ModelAdmin

from marketing.studio.pages import lifecycle, membership, overlap, rfm
from segments.models import Segment

SEE_PEOPLE = "people.view_person"


class AnalysisPages(ModelAdmin):
    """Each only reads, at an address of its own; a segment's viewers may open them."""

    def get_urls(self) -> list[URLPattern]:
        def opened(view: Any) -> Any:
            return self.admin_site.admin_view(require_GET(view))

        own = [
            path("rfm/", opened(self.rfm_view), name="segments_segment_rfm"),
            path("lifecycle/", opened(self.lifecycle_view), name="segments_segment_lifecycle"),
            path("overlap/", opened(self.overlap_view), name="segments_segment_overlap"),
            path("<int:pk>/why/", opened(self.why_view), name="segments_segment_why"),
        ]
        return [*own, *super().get_urls()]

    def rfm_view(self, request: HttpRequest) -> HttpResponse:
        may_see = request.user.has_perm(SEE_PEOPLE)
        return self._analysis(
            request, "rfm", lambda: rfm.context(request.GET, may_see_people=may_see)
        )

    def lifecycle_view(self, request: HttpRequest) -> HttpResponse:
        return self._analysis(request, "lifecycle", lambda: lifecycle.context(request.GET))

    def overlap_view(self, request: HttpRequest) -> HttpResponse:
        return self._analysis(request, "overlap", lambda: overlap.context(request.GET))

    def why_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One person's values: also for who may look at people. A part where a page asks for it."""
        if not request.user.has_perm(SEE_PEOPLE):
            raise PermissionDenied
        segment = Segment.objects.filter(pk=pk).first()
        if segment is None:
            raise Http404
        part = "why_part" if request.headers.get("HX-Request") else "why"
        asked = request.GET.get("person", "").strip()[:255]
        return self._analysis(request, part, lambda: membership.why(segment, asked))

    def _analysis(self, request: HttpRequest, name: str, context: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = {**self.admin_site.each_context(request), **context()}
        return TemplateResponse(request, f"studio/segments/{name}.html", page)
