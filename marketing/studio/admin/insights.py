"""Insights: a page each, and the list of what was asked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from marketing.kernel.errors import NotFound
from marketing.studio.admin.base import ReadOnlyAdmin, badge, two_lines
from marketing.studio.insights import page_of, pages
from marketing.studio.pages import insight as page
from marketing.studio.pages.insight import Asked
from recommender.models import InsightAnswer

_TONES = {"answered": "good", "waiting": "info", "refused": "warn", "failed": "bad"}


@admin.register(InsightAnswer)
class InsightAnswerAdmin(ReadOnlyAdmin):
    list_display = ["title", "state_badge", "asked_at", "as_of", "took"]
    list_filter = ["insight", "state"]

    @display(description=_("analysis"), ordering="insight")
    def title(self, row: InsightAnswer) -> SafeString:
        return two_lines(page.title_of(row), page.said_in_a_line(row))

    @display(description=_("state"), ordering="state")
    def state_badge(self, row: InsightAnswer) -> SafeString:
        return badge(row.get_state_display(), _TONES.get(row.state, "muted"))

    @display(description=_("took, seconds"), ordering="took_ms")
    def took(self, row: InsightAnswer) -> str:
        return "—" if row.took_ms is None else f"{row.took_ms / 1e3:.1f}"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("ask/<str:name>/", wrap(self.page_view), name="recommender_insightanswer_page"),
            path("state/<str:asked>/", wrap(self.state_view),
                 name="recommender_insightanswer_state"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def page_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """The form, and the answer to what it says."""
        self._require(request)
        try:
            page_of(name)
        except NotFound as error:
            raise Http404 from error
        return self._page(request, Asked(name, request.GET))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A row of the list opens the page with that question."""
        row = self.get_object(request, object_id or "")
        if row is None or row.insight not in pages():
            raise Http404
        self._require(request)
        return self._page(request, Asked(row.insight, request.GET, row))

    def state_view(self, request: HttpRequest, asked: str) -> HttpResponse:
        """How far a question is, for the page that waits; once answered, in place of all of it."""
        self._require(request)
        row = InsightAnswer.objects.filter(question_hash=asked).first()
        if row is None:
            raise Http404
        context = page.answer_context(page_of(row.insight), row)
        if context["is_waiting"]:
            return TemplateResponse(request, "studio/insights/waiting.html", context)
        answer = TemplateResponse(request, "studio/insights/answer.html", context)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#zx-answer", "outerHTML"
        return answer

    def _page(self, request: HttpRequest, asked: Asked) -> HttpResponse:
        """Without the model in the path above it: the page is the insight's, not the row's."""
        context = {**self.admin_site.each_context(request), **page.context(asked)}
        return TemplateResponse(request, "studio/insight.html", context)

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
