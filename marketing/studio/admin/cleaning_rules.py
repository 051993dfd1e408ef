"""Rules of cleaning: a list with what each touches, and a form that counts before it saves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from marketing.personas.models import CleaningRule, QualityScan
from marketing.personas.quality import asking
from marketing.personas.quality.report import rule_of
from marketing.studio.admin.base import StudioAdmin
from marketing.studio.pages import quality, quality_scan

# Without ``active``: that another rule is in force does not matter to a count.
_COUNTED = modelform_factory(CleaningRule, fields=["property", "lowest", "highest", "beyond"])
_COUNT = "studio/quality/rule_count.html"


@admin.register(CleaningRule)
class CleaningRuleAdmin(StudioAdmin):
    list_display = ["property", "limits", "beyond", "touches", "active", "why"]
    list_filter = ["active", "beyond"]
    search_fields = ["property"]
    fields = ["property", ("lowest", "highest"), "beyond", "why", "active"]
    change_form_after_template = "studio/quality/rule_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("count/", view(require_POST(self.count_view)),
                 name="personas_cleaningrule_count"),
            path("count/<int:pk>/", view(self.counted_view), name="personas_cleaningrule_counted"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """What the form would touch as it stands, unsaved: a worker counts it."""
        self._require_editor(request)
        form = _COUNTED(request.POST)
        if not form.is_valid():
            errors = [error for each in form.errors.values() for error in each]
            return TemplateResponse(request, _COUNT, {"errors": errors})
        by = request.user.get_username()
        row = asking.preview(rule_of(form.instance), datetime.now(UTC), by)
        return TemplateResponse(request, _COUNT, quality_scan.counted(row))

    def counted_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._require_editor(request)
        row = get_object_or_404(QualityScan, pk=pk, rule__isnull=False)
        return TemplateResponse(request, _COUNT, quality_scan.counted(row))

    def _require_editor(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The newest scan is read once, and what it counted hung on the rows."""
        changelist = super().get_changelist_instance(request)
        report = asking.report_of(asking.newest())
        counts = quality_scan.touched_by(changelist.result_list, report)
        for row, (_rule, count) in zip(changelist.result_list, counts, strict=True):
            row.count = count
        return changelist

    @display(description=_("values touched"))
    def touches(self, rule: Any) -> SafeString | str:
        if not rule.active:
            return "—"
        return render_to_string("studio/quality/touched.html", {"count": rule.count})

    @display(description=_("limits"))
    def limits(self, rule: CleaningRule) -> str:
        ends = ["" if each is None else quality.exact(each) for each in (rule.lowest, rule.highest)]
        return " … ".join(ends).strip()
