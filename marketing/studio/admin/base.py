"""What the studio's screens share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin


@dataclass(frozen=True)
class Titled:
    """An object in the path above its page: there it is called what the page is called."""

    row: Model
    title: str

    def __str__(self) -> str:
        return self.title

    @property
    def pk(self) -> Any:
        return self.row.pk

    @property
    def _meta(self) -> Any:
        return self.row._meta


class StudioAdmin(ModelAdmin):
    """An editable table."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    list_fullwidth = True


class ReadOnlyAdmin(StudioAdmin):
    """A table that people look at and machines write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PageAdmin(ReadOnlyAdmin):
    """A read-only table whose rows open a page of their own instead of a form."""

    page_template: str

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The page's context."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id or ""))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        page = {"title": str(obj), **self.page(request, obj)}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": Titled(obj, page["title"]),
            **page,
        }
        return TemplateResponse(request, self.page_template, context)


def badge(text: object, tone: str = "muted") -> SafeString:
    """``tone``: good, warn, bad, info or muted."""
    return format_html('<span class="zx-badge zx-badge--{}">{}</span>', tone, text)


def two_lines(first: object, second: object) -> SafeString:
    return format_html('{}<br><small class="zx-muted">{}</small>', first, second)
