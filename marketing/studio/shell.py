"""What every screen says: the frozen clock, the language, what went wrong."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Text
from marketing.workspace.language import language
from marketing.workspace.queries import workspace

# Errors that an operator may cause or meet, by code; the engine's own words are English.
_ERRORS = {
    "no_variant": gettext_lazy("The campaign has no variant. Add at least one."),
    "conflict": gettext_lazy("The present state does not allow this."),
    "too_many_ids": gettext_lazy("At most a million ids at once."),
    "not_refreshed": gettext_lazy("The segment has no members yet: wait for the next refresh."),
    "no_group_chosen": gettext_lazy("Choose at least one of the groups."),
    "replaced_twice": gettext_lazy("Two groups cannot take the place of one segment."),
    "learned_forgotten": gettext_lazy(
        "What was learned is forgotten, because a person was erased. Learn it again."
    ),
    "learning_anew": gettext_lazy(
        "What it was learned from is forgotten, because a person was erased. It is being learned"
        " anew; until then nobody moves."
    ),
    "group_gone": gettext_lazy(
        "The group was not found again when it was learned anew: its members stay as they were."
    ),
    "segment_cycle": gettext_lazy("Segments refer to each other in a circle."),
    "not_exclusive": gettext_lazy("Some of these stages share people: everybody may be in one."),
    "no_history": gettext_lazy("Nothing is known of that day yet. Choose a later first day."),
    "bad_days": gettext_lazy("The first day must lie before the last one, and the last not ahead."),
    "no_rates": gettext_lazy(
        "Nobody was in one of the stages then, so nothing is known about leaving it."
        " Choose other days."
    ),
    "segment_count": gettext_lazy("Choose at least two segments, and at most fifty."),
    "segments_busy": gettext_lazy("Segments are just being published. Load the page again."),
    "no_rfm": gettext_lazy("No RFM scores yet: the next scheduled refresh computes them."),
    "no_personas": gettext_lazy("No personas yet: the next scheduled refresh computes them."),
    "personas_damaged": gettext_lazy(
        "The stored personas are missing or damaged: the next refresh rebuilds them."
    ),
    "artefact_damaged": gettext_lazy(
        "The stored model is missing or damaged: retrain it or serve another version."
    ),
}


def said(text: Text) -> str:
    """The phrase in the operator's language."""
    return text.say(language())


def explained(error: MarketingError) -> str:
    """The error in the operator's language where the studio has words for its code."""
    return str(_ERRORS.get(error.code, error))


def environment(request: HttpRequest) -> list[str] | None:
    """Unfold's badge beside the title: shown on every screen while the clock stands."""
    space = workspace()
    if not space.clock.is_frozen:
        return None
    moment = space.clock.now().astimezone(space.zone)
    words = _("Demo · clock frozen at %(day)s") if space.is_demo else _("Clock frozen at %(day)s")
    return [words % {"day": f"{moment:%Y-%m-%d %H:%M}"}, "info"]
