"""The URL root."""

from __future__ import annotations

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import page_not_found, server_error
from django.views.generic import RedirectView

from marketing.api import problems


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    with connection.cursor() as sql:
        sql.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(("/api/", "/v1/")):
        return problems.not_found(request, exception)
    return page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(("/api/", "/v1/")):
        return problems.internal(request)
    return server_error(request)


urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("healthz", healthz),
    path("favicon.ico", RedirectView.as_view(url="/static/studio/favicon.svg")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("marketing.api.urls")),
    path("admin/", admin.site.urls),
]
