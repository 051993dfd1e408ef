"""The builder's doors: a draft is counted, names are found; JSON back.

Who may come in is the admin's matter."""

from __future__ import annotations

import time

import msgspec
from django.http import HttpRequest, HttpResponse

from marketing.kernel import bounded_json
from marketing.kernel.errors import Invalid, MarketingError
from marketing.studio.rules import catalogue
from marketing.studio.rules.preview import Asked, preview
from marketing.workspace.language import language

MAX_BYTES = 64 * 1024
MAX_TEXT = 100


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``condition``: the whole document. ``key``: of the segment that is edited, if it is one."""

    condition: dict[str, object]
    key: str | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was sent is no draft at all."""

    code: str
    message: str


def answer(request: HttpRequest) -> HttpResponse:
    """200 with a Preview, also for a condition that is wrong: that is what a draft may be."""
    started = time.perf_counter()
    try:
        draft = _draft(request)
        found = preview(
            Asked(
                draft.condition, draft.key, language(),
                may_see_people=request.user.has_perm("people.view_person"),
            )
        )  # fmt: skip
    except MarketingError as error:
        return _json(Refused(code=error.code, message=str(error)), error.status)
    took_ms = round((time.perf_counter() - started) * 1_000, 1)
    return _json(msgspec.structs.replace(found, took_ms=took_ms))


def names(request: HttpRequest) -> HttpResponse:
    """GET ``kind`` and ``text``: what is called so, as a list of Choices; empty for other kinds."""
    kind, text = request.GET.get("kind", ""), request.GET.get("text", "")[:MAX_TEXT].strip()
    found = tuple(catalogue.SEARCHED[kind](text)) if kind in catalogue.SEARCHED and text else ()
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


def _draft(request: HttpRequest) -> Draft:
    body = bounded_json.decode(request.body, max_bytes=MAX_BYTES)
    try:
        return msgspec.convert(body, Draft)
    except msgspec.ValidationError as error:
        raise Invalid(str(error), code="bad_draft") from None


def _json(value: msgspec.Struct, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)
