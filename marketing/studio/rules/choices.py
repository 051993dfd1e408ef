"""What the workspace knows, by the kind of field that asks for it.

A new kind of list is one function and one line of ``LISTS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from marketing.conditions.criteria import Label
from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable
from marketing.kernel.text import Language
from marketing.people.models import Consent, Person
from marketing.personas import queries
from marketing.personas.shipped import SHIPPED
from marketing.personas.types import Personas
from marketing.studio.rules.known_events import known_events
from marketing.studio.rules.types import Choice
from segments.models import Segment
from segments.queries import labeller

_PEOPLE_ASKED, _CONSENTS_ASKED = 300, 300
_MOST_VALUES = 50


@dataclass(frozen=True)
class Known:
    """What lists are made from. ``personas``: None before the first refresh.

    ``own_key``: of the segment that is edited, which must not refer to itself.
    """

    personas: Personas | None
    label: Label
    language: Language
    own_key: str | None

    def names(self, kind: str) -> list[str]:
        return self.personas.names(kind) if self.personas else []

    def said(self, kind: str, name: str) -> str:
        return self.label(Ref(kind, name), self.language)


def known(language: Language, own_key: str | None) -> Known:
    try:
        personas = queries.current()
    except Unavailable:
        personas = None
    return Known(personas, labeller(), language, own_key)


def lists(about: Known) -> dict[str, tuple[Choice, ...]]:
    return {kind: tuple(made(about)) for kind, made in LISTS.items()}


def events(about: Known) -> Iterable[Choice]:
    """Those that were seen, then those that the shipped traits count."""
    seen = known_events()
    names = {event.name for event in seen}
    counted = {event for trait in SHIPPED.values() for event in trait.spec.events}
    return [*seen, *(_unseen(name) for name in sorted(counted - names))]


def attributes(about: Known) -> Iterable[Choice]:
    """By their columns; a column of 0 and 1 is a flag if people said true and false."""
    flags = _said_as_flags()
    for name in about.names("attribute") or sorted(flags):
        column = about.personas.column(Ref("attribute", name)) if about.personas else None
        yield Choice(
            name=name,
            label=about.said("attribute", name),
            kind=_kind(column, flags.get(name, False)),
            values=_values(column) if column else (),
        )


def traits(about: Known) -> Iterable[Choice]:
    """The named ones: those that a condition spells out are shown with the condition."""
    named = [name for name in about.names("trait") if "|" not in name]
    for name in dict.fromkeys([*SHIPPED, *named]):
        yield Choice(name=name, label=about.said("trait", name), kind="number")


def scores(about: Known) -> Iterable[Choice]:
    for name in about.names("score"):
        yield Choice(name=name, label=about.said("score", name), kind="number")


def segments(about: Known) -> Iterable[Choice]:
    for segment in Segment.objects.filter(active=True).exclude(key=about.own_key or ""):
        yield Choice(name=segment.key, label=segment.label.say(about.language), kind="flag")


def channels(about: Known) -> Iterable[Choice]:
    """Those that actions use, and those that people were lately asked about."""
    asked = Consent.objects.order_by("-id").values_list("channel", flat=True)[:_CONSENTS_ASKED]
    for name in dict.fromkeys([*settings.CHANNELS, *sorted(set(asked))]):
        yield Choice(name=name, label=about.said("reachable", name), kind="flag")


LISTS: dict[str, Callable[[Known], Iterable[Choice]]] = {
    "event": events,
    "attribute": attributes,
    "trait": traits,
    "score": scores,
    "segment": segments,
    "channel": channels,
}


def _unseen(name: str) -> Choice:
    return Choice(name=name, label=name, seen=False)


def _said_as_flags() -> Mapping[str, bool]:
    """Attribute to whether it was only ever true or false, by the newest people."""
    found: dict[str, bool] = {}
    newest = Person.objects.order_by("-id").values_list("said", flat=True)[:_PEOPLE_ASKED]
    for said in newest:
        for name, (value, _at) in said.items():
            if value is not None:
                found[name] = found.get(name, True) and isinstance(value, bool)
    return found


def _kind(column: Column | None, is_flag: bool) -> str:
    if column is not None and column.categories is not None:
        return "text"
    if is_flag:
        return "flag"
    return "text" if column is None else "number"


def _values(column: Column) -> tuple[str, ...]:
    """A text column's values, the commonest first."""
    if column.categories is None:
        return ()
    codes = np.asarray(column.values)[np.asarray(column.present)]
    counts = np.bincount(codes, minlength=len(column.categories))
    common = np.argsort(-counts, kind="stable")[:_MOST_VALUES]
    return tuple(column.categories[code] for code in common.tolist())
