"""What every screen says: the frozen clock, the language."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketing.kernel.text import Language, Text
from marketing.workspace.queries import workspace


def language() -> Language:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def said(text: Text) -> str:
    """The phrase in the operator's language."""
    return text.say(language())


def environment(request: HttpRequest) -> list[str] | None:
    """Unfold's badge beside the title: shown on every screen while the clock stands."""
    space = workspace()
    if not space.clock.is_frozen:
        return None
    moment = space.clock.now().astimezone(space.zone)
    words = _("Demo · clock frozen at %(day)s") if space.is_demo else _("Clock frozen at %(day)s")
    return [words % {"day": f"{moment:%Y-%m-%d %H:%M}"}, "info"]
