"""Imports: upload, map, check, import; and what came of each file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from marketing.imports import files, services
from marketing.imports.error_file import blocks
from marketing.imports.faults import FILE_TOO_LARGE, Refusal
from marketing.imports.kinds import KINDS
from marketing.imports.models import Import
from marketing.imports.services import Asker
from marketing.studio.admin.base import PageAdmin, badge, two_lines
from marketing.studio.forms import mapping as form
from marketing.studio.pages import imports as page
from marketing.studio.shell import said
from marketing.workspace.language import language
from marketing.workspace.queries import now


def _asker(request: HttpRequest) -> Asker:
    return Asker(now(), datetime.now(UTC), request.user.get_username(), language())


def _check(row: Import, request: HttpRequest) -> None:
    mapped = form.read(row, request.POST.dict())
    services.check(row, mapped.mapping, mapped.constants, mapped.options, _asker(request))


def _look(row: Import, request: HttpRequest) -> None:
    services.look_again(row, form.written(request.POST.dict()), _asker(request))


_VERBS: dict[str, Callable[[Import, HttpRequest], None]] = {
    "look": _look,
    "check": _check,
    "run": lambda row, request: services.run(row, _asker(request)),
    "stop": lambda row, request: services.stop(row),
    "go_on": lambda row, request: services.go_on(row, _asker(request)),
    "discard": lambda row, request: services.discard(row),
}


class UploadForm(forms.Form):
    """Only the kinds that the operator may import."""

    kind = forms.ChoiceField(label=_("kind"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("file"))

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)
        self.kinds = [
            (name, said(kind.label), said(kind.about)) for name, kind in KINDS.members.items()
            if request.user.has_perms(kind.permissions)
        ]  # fmt: skip
        self.fields["kind"].choices = [(name, label) for name, label, _about in self.kinds]  # type: ignore[attr-defined]


@admin.register(Import)
class ImportAdmin(PageAdmin):
    list_display = ["file", "state_badge", "rows", "when", "asked_by"]
    list_filter = ["phase", "state"]
    page_template = "studio/import.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {**page.context(obj), "may_change": self._may_change(request, obj)}

    @display(description=_("file"), ordering="file_name")
    def file(self, row: Import) -> SafeString:
        return two_lines(row.file_name, page.kind_title(row))

    @display(description=_("state"), ordering="state")
    def state_badge(self, row: Import) -> SafeString:
        tone, words = page.stage(row)
        return badge(words, tone)

    @display(description=_("rows"))
    def rows(self, row: Import) -> SafeString | str:
        if not row.counts.seen:
            return "—"
        bad = gettext("%s with problems") % f"{row.bad:,}" if row.bad else ""
        return two_lines(f"{row.counts.seen:,}", bad)

    @display(description=_("started"), ordering="asked_at")
    def when(self, row: Import) -> datetime:
        return row.asked_at

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/state/", view(require_GET(self.state_view)),
                 name="imports_import_state"),
            path("<int:pk>/errors/", view(require_GET(self.errors_view)),
                 name="imports_import_errors"),
            path("<int:pk>/live/", view(require_POST(self.live_view)), name="imports_import_live"),
            path("<int:pk>/<str:verb>/move/", view(require_POST(self.move_view)),
                 name="imports_import_move"),
            *super().get_urls(),
        ]  # fmt: skip

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A file and what its rows are."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        upload = UploadForm(request, request.POST or None, request.FILES or None)
        if request.method == "POST":
            made = self._uploaded(request, upload)
            if made is not None:
                return redirect("admin:imports_import_change", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Import a file"),
            "form": upload,
            "most_mb": settings.MAX_IMPORT_BYTES // 2**20,
        }
        return TemplateResponse(request, "studio/import_upload.html", context)

    def _uploaded(self, request: HttpRequest, upload: UploadForm) -> Import | None:
        """None: the form says what is wrong."""
        if "file" not in request.FILES and _is_too_large(request):
            upload.errors.pop("file", None)  # that it is missing
            upload.add_error("file", f"{said(FILE_TOO_LARGE.what)}. {said(FILE_TOO_LARGE.fix)}")
            return None
        if not upload.is_valid():
            return None
        file = upload.cleaned_data["file"]
        try:
            row = services.upload(
                upload.cleaned_data["kind"], file.name, file.chunks(), _asker(request)
            )
        except Refusal as error:
            upload.add_error("file", f"{said(error.fault.what)}. {said(error.fault.fix)}")
            return None
        self.log_addition(request, row, row.kind)
        return row

    def move_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """One verb of the services; what it refuses is said."""
        row = self._row(request, pk)
        if verb not in _VERBS or not self._may_change(request, row):
            raise Http404
        try:
            _VERBS[verb](row, request)
            self.log_change(request, row, verb)
        except Refusal as error:
            messages.error(request, f"{said(error.fault.what)}. {said(error.fault.fix)}")
        if verb == "discard" and not Import.objects.filter(pk=pk).exists():
            return redirect("admin:imports_import_changelist")
        return redirect("admin:imports_import_change", pk)

    def live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the form as it stands would mean; nothing is stored."""
        context = page.live(self._row(request, pk), request.POST.dict())
        return TemplateResponse(request, "studio/import_live.html", context)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it is; once done, the page is loaded anew."""
        row = self._row(request, pk)
        answer = TemplateResponse(request, "studio/import_waiting.html", page.progress(row))
        if not row.is_waiting:
            answer["HX-Redirect"] = reverse("admin:imports_import_change", args=[pk])
        return answer

    def errors_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The rows with problems, to be mended in a spreadsheet."""
        row = self._row(request, pk)
        stored = files.path_of(row.error_file) if row.error_file and row.error_bytes else None
        if stored is None or not stored.exists():
            raise Http404
        answer = StreamingHttpResponse(
            blocks(stored, row.error_bytes), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="import-{row.pk}-problems.csv"'
        answer["Cache-Control"] = "no-store"
        return answer

    def _row(self, request: HttpRequest, pk: int) -> Import:
        row = Import.objects.filter(pk=pk).first()
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row

    def _may_change(self, request: HttpRequest, row: Import) -> bool:
        kinds = KINDS.get(row.kind).permissions if row.kind in KINDS else ()
        may = bool(ModelAdmin.has_change_permission(self, request, row))
        return bool(may and request.user.has_perms(kinds))


def _is_too_large(request: HttpRequest) -> bool:
    size, most = int(request.META.get("CONTENT_LENGTH") or 0), int(settings.MAX_IMPORT_BYTES)
    return size > most
