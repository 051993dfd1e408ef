"""Discoveries: asked by a form, learned by a worker, made into segments by a click."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Text
from marketing.studio.admin.base import PageAdmin, badge, two_lines
from marketing.studio.kinds.forms import FORMS, QuestionForm
from marketing.studio.kinds.ways import ways
from marketing.studio.pages import learning as page
from marketing.studio.shell import explained
from segments.discovery.accepting import Wanted, accept_groups, accept_lookalike, accept_rule
from segments.discovery.asking import ask
from segments.discovery.questions import question_of
from segments.models import Learning, Segment

_TONES = {"done": "good", "waiting": "info", "refused": "warn", "failed": "bad"}


@admin.register(Learning)
class LearningAdmin(PageAdmin):
    list_display = ["title", "state_badge", "asked_at", "asked_by", "made"]
    list_filter = ["task", "state"]
    page_template = "studio/kinds/learning.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without what was learned, which may be large."""
        rows = super().get_queryset(request)
        return rows.defer("report", "blob").prefetch_related("segments")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names that all rows need are read once, and hung on the rows."""
        changelist = super().get_changelist_instance(request)
        names = page.names()
        for row in changelist.result_list:
            row.names = names
        return changelist

    @display(description=_("discovery"), ordering="task")
    def title(self, row: Any) -> SafeString:
        try:
            question = question_of(row)
        except msgspec.ValidationError:
            return two_lines(row.get_task_display(), "")
        return two_lines(page.title(question, row.names), page.method(question))

    @display(description=_("state"), ordering="state")
    def state_badge(self, row: Learning) -> SafeString:
        return badge(row.get_state_display(), _TONES.get(row.state, "muted"))

    @display(description=_("segments made"))
    def made(self, row: Learning) -> str:
        return str(len(row.segments.all()) or "—")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        may = request.user.has_perm
        return {
            **page.context(obj),
            "may_ask": may("segments.add_learning"),
            "may_accept": may("segments.add_segment"),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("ask/<str:task>/", view(self.ask_view), name="segments_learning_ask"),
            path("<int:pk>/state/", view(self.state_view), name="segments_learning_state"),
            path("<int:pk>/accept/", view(require_POST(self.accept_view)),
                 name="segments_learning_accept"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def ask_view(self, request: HttpRequest, task: str) -> HttpResponse:
        """The form; a POST asks and goes to the page that waits."""
        if not request.user.has_perm("segments.add_learning"):
            raise PermissionDenied
        if task not in FORMS:
            raise Http404
        earlier, is_again = _earlier(request.GET, task)
        form = _form(request, task, earlier)
        if request.method == "POST" and form.is_valid():
            try:
                by = request.user.get_username()
                row = ask(form.question(), datetime.now(UTC), by, earlier if is_again else None)
                return HttpResponseRedirect(
                    reverse("admin:segments_learning_change", args=[row.pk])
                )
            except MarketingError as error:
                form.add_error(None, explained(error))
        known = ways(request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts, "title": next(each.title for each in known if each.name == task),
            "form": form, "ways": known, "way": task, "again": earlier if is_again else None,
        }  # fmt: skip
        return TemplateResponse(request, "studio/kinds/ask.html", context)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it is, for the page that waits; once it is done the page is loaded anew."""
        row = self._get(request, pk)
        if row.state == Learning.State.WAITING:
            return TemplateResponse(request, "studio/kinds/waiting.html", page.waiting(row))
        return HttpResponse(headers={"HX-Refresh": "true"})

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Segments out of what was found."""
        row = self._get(request, pk)
        if not request.user.has_perm("segments.add_segment"):
            raise PermissionDenied
        back = reverse("admin:segments_learning_change", args=[pk])
        try:
            made = _accepted(row, request)
        except MarketingError as error:
            messages.error(request, explained(error))
            return HttpResponseRedirect(back)
        for segment in made:
            self.log_addition(request, segment, "discovery")
        messages.success(request, gettext("Made: %s") % ", ".join(map(str, made)))
        if len(made) == 1:
            back = reverse("admin:segments_segment_change", args=[made[0].pk])
        return HttpResponseRedirect(back)

    def _get(self, request: HttpRequest, pk: int) -> Learning:
        row = Learning.objects.filter(pk=pk).first()
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row


def _earlier(given: QueryDict, task: str) -> tuple[Learning | None, bool]:
    """An earlier question that fills the form, and whether it is learned again."""
    pk = given.get("again") or given.get("from") or ""
    row = Learning.objects.filter(pk=int(pk), task=task).first() if pk.isdigit() else None
    return row, "again" in given


def _form(request: HttpRequest, task: str, earlier: Learning | None) -> QuestionForm:
    form = FORMS[task]
    if request.method == "POST":
        return form(request.POST)
    if earlier is not None:
        return form(initial=form.data_of(question_of(earlier)))
    known = {name: request.GET[name] for name in ("members", "examples", "within")
             if name in request.GET}  # fmt: skip
    return form(initial=known)


def _accepted(row: Learning, request: HttpRequest) -> list[Segment]:
    given = request.POST
    if row.task == Learning.Task.LOOKALIKE:
        return [accept_lookalike(row, _name(given, ""))]
    if row.task == Learning.Task.RULE:
        return [accept_rule(row, _name(given, ""))]
    wanted = [
        Wanted(int(each), _name(given, f"_{each}"), _instead(row, given.get(f"instead_{each}", "")))
        for each in given.getlist("use") if each.lstrip("-").isdigit()
    ]  # fmt: skip
    return accept_groups(row, wanted)


def _name(given: QueryDict, which: str) -> Text:
    english = given.get(f"name{which}", "").strip()
    chinese = given.get(f"name_zh{which}", "").strip()
    otherwise = gettext("Without a name")
    return Text(english or chinese or otherwise, chinese or english or otherwise)


def _instead(row: Learning, pk: str) -> Segment | None:
    """One of the segments of the learning that this one was asked again of."""
    if not pk.isdigit() or row.again_of is None:
        return None
    return row.again_of.segments.filter(pk=int(pk), kind=Segment.Kind.LEARNED).first()
