"""The studio shows moments in the workspace's time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from marketing.workspace.queries import workspace


def workspace_time_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return get_response(request)
        with timezone.override(workspace().zone):
            response = get_response(request)
            # A TemplateResponse renders after the view: still within the zone.
            return render() if (render := getattr(response, "render", None)) else response

    return respond
