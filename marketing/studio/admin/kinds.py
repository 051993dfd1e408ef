"""The segment screens' own addresses for snapshots and lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Text
from marketing.studio.kinds.people_forms import ListChangeForm, ListForm, SnapshotForm
from marketing.studio.kinds.ways import ways
from marketing.studio.pages import segment as page
from marketing.studio.shell import explained
from marketing.workspace.queries import now
from segments import lists, snapshots
from segments.discovery.accepting import free_key
from segments.models import ListChange, Segment

if TYPE_CHECKING:
    from marketing.studio.admin.base import StudioAdmin as _Admin
else:
    _Admin = object

Verb = ListChange.Verb


class KindViews(_Admin):
    """Mixed into the segments' admin."""

    def kind_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("snapshot/", view(self.snapshot_view), name="segments_segment_snapshot"),
            path("list/", view(self.list_view), name="segments_segment_list"),
            path("<int:pk>/list/", view(require_POST(self.list_change_view)),
                 name="segments_segment_list_change"),
            path("<int:pk>/list/state/", view(self.list_state_view),
                 name="segments_segment_list_state"),
        ]  # fmt: skip

    def snapshot_view(self, request: HttpRequest) -> HttpResponse:
        """``of``: the key of the segment that is kept."""
        self._require_add(request)
        is_sent = request.method == "POST"
        form = SnapshotForm(request.POST) if is_sent else SnapshotForm(initial=request.GET.dict())
        if is_sent and form.is_valid():
            try:
                return self._made(request, _taken(form))
            except MarketingError as error:
                form.add_error(None, explained(error))
        return self._page(request, "snapshot", form, gettext("Snapshot"))

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """A new list; a worker puts its people on it."""
        self._require_add(request)
        form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
        if request.method == "POST" and form.is_valid():
            name = form.text
            segment = Segment(key=form.cleaned_data["key"] or free_key(name.en, "list"))
            try:
                lists.require(form.cleaned_data["found"])
                segment = lists.create(segment.key, name)
                _ask(segment, Verb.REPLACE, form, request)
                return self._made(request, segment)
            except MarketingError as error:
                form.add_error("ids", explained(error))
        return self._page(request, "list", form, gettext("From a list"))

    def list_change_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        segment = self._get_list(request, pk)
        if not self.has_change_permission(request, segment):
            raise PermissionDenied
        form = ListChangeForm(request.POST, request.FILES)
        try:
            if form.is_valid():
                _ask(segment, form.cleaned_data["verb"], form, request)
                messages.success(request, gettext("The list is being changed."))
            else:
                messages.error(request, " ".join(
                    str(each) for errors in form.errors.values() for each in errors
                ))  # fmt: skip
        except MarketingError as error:
            messages.error(request, explained(error))
        return HttpResponseRedirect(reverse("admin:segments_segment_change", args=[pk]))

    def list_state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The changes as they stand; once none waits, the page is loaded anew."""
        segment = self._get_list(request, pk)
        context = page.list_context(segment)
        if not context["is_changing"]:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context |= {"original": segment}
        return TemplateResponse(request, "studio/kinds/list_changes.html", context)

    def _page(self, request: HttpRequest, way: str, form: Any, title: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts, "title": title, "form": form, "ways": ways(request.user), "way": way,
        }  # fmt: skip
        return TemplateResponse(request, f"studio/kinds/{way}.html", context)

    def _made(self, request: HttpRequest, segment: Segment) -> HttpResponse:
        self.log_addition(request, segment, segment.kind)
        messages.success(request, gettext("Made: %s") % segment)
        return HttpResponseRedirect(reverse("admin:segments_segment_change", args=[segment.pk]))

    def _require_add(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _get_list(self, request: HttpRequest, pk: int) -> Segment:
        segment = Segment.objects.filter(pk=pk, kind=Segment.Kind.IMPORTED).first()
        if segment is None or not self.has_view_permission(request, segment):
            raise Http404
        return segment


def _taken(form: SnapshotForm) -> Segment:
    given = form.cleaned_data
    segment = Segment.objects.get(key=given["of"])
    name: Text = form.text if given["name"] else snapshots.named(segment, now())
    key = given["key"] or free_key(name.en, f"{segment.key[:40]}-kept")
    return snapshots.take(segment, key, name, now())


def _ask(segment: Segment, verb: str, form: Any, request: HttpRequest) -> None:
    by = request.user.get_username()
    lists.ask(segment, verb, form.cleaned_data["found"], datetime.now(UTC), by, form.source)
