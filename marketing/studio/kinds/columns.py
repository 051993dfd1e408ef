"""Which persona columns can be learned from, as an operator chooses among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketing.conditions.types import Ref
from marketing.kernel.errors import Unavailable
from marketing.personas import queries
from marketing.personas.labels import labeller
from marketing.personas.types import Personas
from marketing.workspace.language import language

# How people buy and learn: what sets kinds of people apart on most platforms.
USUAL = (
    "days_since_active", "active_days_84d", "bought", "spent_cents", "courses", "submissions_84d",
    "score_mean", "days_late_mean_84d",
)  # fmt: skip
_FEWEST_USUAL = 2
_OTHERWISE = 6


@dataclass(frozen=True)
class Group:
    """``columns``: (``trait:bought``, what it is called)."""

    title: str
    columns: tuple[tuple[str, str], ...]


def offered() -> list[Group]:
    """Named traits, attributes and scores; nothing before the first refresh."""
    try:
        personas = queries.current()
    except Unavailable:
        return []
    titles = {"trait": _("Traits"), "attribute": _("Attributes"), "score": _("Scores")}
    found = [Group(title, _columns(personas, kind)) for kind, title in titles.items()]
    return [group for group in found if group.columns]


def usual(groups: list[Group]) -> list[str]:
    """What is chosen before anybody chose."""
    known = [column for group in groups for column, _label in group.columns]
    found = [f"trait:{name}" for name in USUAL if f"trait:{name}" in known]
    return found if len(found) >= _FEWEST_USUAL else known[:_OTHERWISE]


def _columns(personas: Personas, kind: str) -> tuple[tuple[str, str], ...]:
    """By their names; a trait that a condition spells out has none."""
    label = labeller()
    names = [name for name in personas.names(kind) if "|" not in name]
    found = [(f"{kind}:{name}", label(Ref(kind, name), language())) for name in names]
    return tuple(sorted(found, key=lambda each: each[1].lower()))
