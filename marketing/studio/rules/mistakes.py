"""Mistakes in the operator's words: what is wrong at which place, and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from django.utils.translation import gettext as _

from marketing.conditions.groups import ROOT
from marketing.conditions.operators import OPERATORS
from marketing.conditions.parse import MAX_DEPTH
from marketing.kernel.errors import MarketingError
from marketing.kernel.windows import MAX_DAYS, MAX_HOURS
from marketing.studio.rules.draft import BAD_TIME, EMPTY, Mistake
from marketing.studio.shell import explained

Level = Literal["error", "incomplete", "pending"]
_MISSING = re.compile(r"missing required field `(\w+)`")
_PLACE = re.compile(r" - at `\$([^`]*)`$")
_NEAR = re.compile(r"^Did you mean '(.*)'\?$")
_NAME = re.compile(r"'(.*)'$")


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``pointer``: a JSON pointer into the document. ``fix``: empty where the message says it.

    ``level``: an error; something that is still to be filled in; or what is right, but cannot be
    counted before its traits are computed.
    """

    pointer: str
    level: Level
    message: str
    fix: str = ""


def problem(mistake: Mistake) -> Problem:
    below = _field(mistake.error)
    place = mistake.pointer + below
    level, message, fix = _words(mistake, place.rpartition("/")[2], below)
    return Problem(pointer=place, level=level, message=message, fix=fix)


def unknown(pointer: str, error: MarketingError) -> Problem:
    """Something is named that there is not, or not yet."""
    near = _NEAR.match(error.fix or "")
    name = _NAME.search(error.message)
    return Problem(
        pointer=pointer,
        level="error",
        message=_("Nothing is known under the name “{name}”.").format(name=name[1] if name else ""),
        fix=_("Did you mean “{name}”?").format(name=near[1]) if near else "",
    )


def circle(pointer: str, error: MarketingError, names: Mapping[str, str]) -> Problem:
    """``names``: what a segment is called, by its key."""
    path = " → ".join(names.get(key, key) for key in error.message.split(" → "))
    return Problem(
        pointer=pointer,
        level="error",
        message=_("Segments refer to each other in a circle: {path}.").format(path=path),
        fix=_("Remove one of these references."),
    )


def too_many(most: int) -> Problem:
    return Problem(
        pointer=ROOT,
        level="error",
        message=_("More than {n} conditions cannot be counted here.").format(n=most),
        fix=_("Make segments of some of them and refer to these."),
    )


def pending(pointer: str) -> Problem:
    return Problem(
        pointer=pointer,
        level="pending",
        message=_("Not computed yet: counted within a minute of saving."),
    )


def _field(error: MarketingError) -> str:
    """Where msgspec says that it is, below the leaf: ``$.where[0]`` and the missing ``value``."""
    if error.code != "bad_condition":
        return ""
    place = _PLACE.search(error.message)
    missing = _MISSING.search(error.message)
    below = re.sub(r"[.\[]", "/", place[1]).replace("]", "") if place else ""
    return below + (f"/{missing[1]}" if missing else "")


def _words(mistake: Mistake, field: str, below: str) -> tuple[Level, str, str]:
    """``field``: the last name of the place; ``below``: what msgspec says lies below the leaf."""
    error = mistake.error
    if error.code == EMPTY or _MISSING.search(error.message):
        return "incomplete", _("Something is still to be chosen or filled in here."), ""
    if error.code == "bad_operand" and error.pointer == "/where":
        return "error", _("The value does not suit the comparison of a filter."), ""
    if error.code == "bad_operand" or below.startswith("/value"):
        return _operand(mistake.leaf)
    if error.code == "bad_condition":
        return _condition(mistake, field)
    said = _BY_CODE.get(error.code)
    message, fix = said() if said else (explained(error), "")
    return "error", message, fix


def _operand(leaf: Mapping[str, object]) -> tuple[Level, str, str]:
    name = str(leaf.get("op", "eq"))
    takes = OPERATORS.get(name).takes if name in OPERATORS else "scalar"
    words = {
        "number": _("Give a number."),
        "text": _("Give a text."),
        "scalar": _("Give a value."),
        "list": _("Give at least one value."),
        "pair": _("Give two numbers, from and to."),
        "nothing": _("This comparison takes no value."),
        "date": _("Give a date."),
        "days": _("Give a whole number of days, 1 to 3660."),
        "version": _("Give a version, as 3.10.2."),
    }
    value = leaf.get("value")
    is_open = value in (None, "", []) or (isinstance(value, list) and None in value)
    level: Level = "incomplete" if is_open else "error"
    return level, words.get(takes, words["scalar"]), ""


def _condition(mistake: Mistake, field: str) -> tuple[Level, str, str]:
    named = _NAME.search(mistake.error.message)
    name = named[1] if named else ""
    if field == "type":
        return "error", _("There is no condition of the kind “{name}”.").format(name=name), ""
    if field == "op":
        return "error", _("There is no comparison “{name}”.").format(name=name), ""
    if field == "window":
        fix = _("Days go from 1 to {days}, hours from 1 to {hours}.")
        return ("error", _("Such a window cannot be."),
                fix.format(days=MAX_DAYS, hours=MAX_HOURS))  # fmt: skip
    return "error", _("This part cannot be read."), _("Delete it and add it anew.")


_BY_CODE: Mapping[str, Callable[[], tuple[str, str]]] = {
    "too_deep": lambda: (
        _("Groups nest at most {n} deep.").format(n=MAX_DEPTH),
        _("Make a segment of the inner part and refer to it."),
    ),
    "missing_property": lambda: (_("Choose the property that is read."), ""),
    "bad_property": lambda: (
        _("A property's name cannot hold quotes or backslashes."),
        _("Rename the property where it is sent."),
    ),
    BAD_TIME: lambda: (
        _("Such a time cannot be."),
        _("Hours go from 1 to {hours}.").format(hours=f"{MAX_DAYS * 24:,}"),
    ),
    "bad_trait": lambda: (
        _("This number needs more than an event."),
        _("Choose another way to count."),
    ),
    "unknown_filter_operator": lambda: (_("There is no such comparison for a filter."), ""),
    "unknown_trait_function": lambda: (_("There is no such way to count events."), ""),
}
