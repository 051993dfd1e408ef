"""What a request says in its address and headers, read once and refused in one way."""

from __future__ import annotations

from datetime import date

from rest_framework.request import Request

from marketing.kernel.errors import Invalid
from marketing.kernel.text import Language


def spoken(request: Request) -> Language:
    """Chinese where the caller prefers it, else English."""
    is_chinese = request.headers.get("Accept-Language", "").lower().startswith("zh")
    return "zh" if is_chinese else "en"


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """Raises Invalid with its place."""
    text = request.query_params.get(name, str(default))
    right = text.isascii() and text.isdigit() and len(text) <= 18
    if not right or not low <= int(text) <= high:
        raise Invalid(f"'{name}' must be a number from {low} to {high}", code="bad_parameter",
                      pointer=f"?{name}", fix=f"Send {name}={default}.")  # fmt: skip
    return int(text)


def day(request: Request, name: str) -> date | None:
    """A day as 2026-01-31; None where it is left out. Raises Invalid with its place."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) != 10:
        raise Invalid(f"'{name}' is no day", code="bad_parameter", pointer=f"?{name}",
                      fix=f"Send {name}=2026-01-31, say.")  # fmt: skip
    return found
