"""The language of whoever is looking."""

from __future__ import annotations

from django.utils.translation import get_language

from marketing.kernel.text import Language


def language() -> Language:
    """That of the request, English outside of one."""
    return "zh" if (get_language() or "en").startswith("zh") else "en"
