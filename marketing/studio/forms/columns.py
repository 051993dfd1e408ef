"""Persona columns to choose from, by what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from marketing.conditions.types import Ref
from marketing.kernel.errors import MarketingError
from marketing.personas import queries as personas
from marketing.personas.labels import labeller
from marketing.workspace.language import language

Choices = list[tuple[str, Any]]


def column_choices(chosen: Iterable[str] = ()) -> Choices:
    """Grouped by kind; ``chosen`` ones stay choosable though they are computed no more."""
    label = labeller()
    titles = {"attribute": _("Attributes"), "trait": _("Traits"), "score": _("Scores")}
    found: Choices = []
    known: set[str] = set()
    for kind, title in titles.items():
        names = _names(kind)
        known |= {f"{kind}:{name}" for name in names}
        if names:
            each = [(f"{kind}:{name}", label(Ref(kind, name), language())) for name in names]
            found.append((title, each))
    gone = [(each, each) for each in chosen if each and each not in known]
    return [*found, (_("No longer computed"), gone)] if gone else found


def _names(kind: str) -> list[str]:
    """Without those that a condition spells out on the spot: they have no name of their own."""
    try:
        return [name for name in personas.current().names(kind) if "|" not in name]
    except MarketingError:
        return []
