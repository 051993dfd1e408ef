"""Every error as RFC 9457 problem+json: what was wrong, where, and what to do."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from marketing.kernel.errors import MarketingError, Unavailable

log = logging.getLogger("zhixin.api")
MEDIA_TYPE = "application/problem+json"
_CODES = {404: "not_found", 405: "method_not_allowed", 406: "not_acceptable", 429: "throttled"}


def body(
    status: int, code: str, title: str, pointer: str | None = None, fix: str | None = None
) -> dict[str, object]:
    """``type`` is a relative URI reference into the docs' list of codes."""
    problem: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if pointer:
        problem["pointer"] = pointer
    if fix:
        problem["fix"] = fix
    return problem


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler; what is not known is logged and says nothing of the inside."""
    if isinstance(error, MarketingError):
        return _of_ours(error)
    if isinstance(error, exceptions.APIException):
        wait = getattr(error, "wait", None)
        headers = {"Retry-After": str(int(wait) + 1)} if wait else None
        code = _CODES.get(error.status_code, "bad_request")
        return _response(body(error.status_code, code, str(error.detail)), headers)
    log.exception("unexpected error in %s", type(context.get("view")).__name__)
    return _response(body(500, "internal", "Something went wrong on our side"))


def _of_ours(error: MarketingError) -> Response:
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    problem = body(error.status, error.code, error.message, error.pointer, error.fix)
    return _response(problem, headers)


def _response(problem: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    status = problem["status"]
    return Response(
        problem,
        status=status if isinstance(status, int) else 500,
        headers=headers,
        content_type=MEDIA_TYPE,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """For paths of the API that no view answers."""
    return JsonResponse(
        body(404, "not_found", "There is nothing at this address"), status=404,
        content_type=MEDIA_TYPE,
    )  # fmt: skip


def internal(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        body(500, "internal", "Something went wrong on our side"), status=500,
        content_type=MEDIA_TYPE,
    )  # fmt: skip
