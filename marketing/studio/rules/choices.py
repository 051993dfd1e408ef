"""What the workspace knows, by the kind of field that asks for it.

A new kind of list is one function and one line of ``LISTS``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings

from marketing.conditions.criteria import Label
from marketing.conditions.criteria.subscription import FIELDS, STATES
from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable
from marketing.kernel.sets import members
from marketing.kernel.text import Language, Text
from marketing.people.models import Consent, LabelGiven, Person, Subscription
from marketing.people.models import Label as PersonLabel
from marketing.personas import queries
from marketing.personas.shipped import SHIPPED
from marketing.personas.types import Personas
from marketing.studio.rules import catalogue
from marketing.studio.rules.known_events import offered_events
from marketing.studio.rules.looks import looks
from marketing.studio.rules.types import Choice
from segments.models import Segment
from segments.queries import labeller

_PEOPLE_ASKED, _CONSENTS_ASKED = 300, 300
_LABELS_ASKED, _PLANS_ASKED = 5_000, 2_000
_MOST_VALUES = 50


@dataclass(frozen=True)
class Known:
    """What lists are made from. ``personas``: None before the first refresh.

    ``own_key``: of the segment that is edited, which must not refer to itself. ``named``: every
    text of its condition.
    """

    personas: Personas | None
    label: Label
    language: Language
    own_key: str | None
    named: frozenset[str]

    def names(self, kind: str) -> list[str]:
        return self.personas.names(kind) if self.personas else []

    def said(self, kind: str, name: str) -> str:
        return self.label(Ref(kind, name), self.language)


def known(language: Language, own_key: str | None, named: frozenset[str]) -> Known:
    try:
        personas = queries.current()
    except Unavailable:
        personas = None
    return Known(personas, labeller(), language, own_key, named)


def lists(about: Known) -> dict[str, tuple[Choice, ...]]:
    return {kind: tuple(made(about)) for kind, made in LISTS.items()}


def events(about: Known) -> Iterable[Choice]:
    return offered_events(about.language)


def attributes(about: Known) -> Iterable[Choice]:
    """By their columns; a column of 0 and 1 is a flag if people said true and false."""
    flags = _said_as_flags()
    for name in about.names("attribute") or sorted(flags):
        column = about.personas.column(Ref("attribute", name)) if about.personas else None
        yield Choice(
            name=name,
            label=about.said("attribute", name),
            kind=_kind(column, flags.get(name, False)),
            **(_texts(column) if column and column.categories is not None else {}),
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


def labels(about: Known) -> Iterable[Choice]:
    """With the values that were lately given with them, the commonest first."""
    newest = LabelGiven.objects.order_by("-id").values_list("label_id", "value")[:_LABELS_ASKED]
    given: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, value in newest:
        given[pk][value] += 1
    for label in PersonLabel.objects.all():
        values = [value for value, _n in given[label.pk].most_common(_MOST_VALUES) if value]
        name = Text(label.name, label.name_zh or label.name).say(about.language)
        yield Choice(name=label.key, label=name, kind="text", values=tuple(values))


def subscriptions(about: Known) -> Iterable[Choice]:
    """The fields of a subscription: its states are all known, its plans by the newest ones."""
    states = {name: text.say(about.language) for name, text in STATES.items()}
    newest = Subscription.objects.exclude(plan="").order_by("-id").values_list("plan", flat=True)
    plans = [plan for plan, _n in Counter(newest[:_PLANS_ASKED]).most_common(_MOST_VALUES)]
    more: dict[str, dict[str, Any]] = {
        "state": {"kind": "text", "values": tuple(states), "labels": states, "reads": ()},
        "plan": {"kind": "text", "values": tuple(plans), "reads": ()},
    }
    for name, text in FIELDS.items():
        said = text.say(about.language)
        yield Choice(name=name, label=said, **more.get(name, {"kind": "number"}))


def contents(about: Known) -> Iterable[Choice]:
    return catalogue.contents(about.named)


def concepts(about: Known) -> Iterable[Choice]:
    return catalogue.concepts(about.named)


LISTS: dict[str, Callable[[Known], Iterable[Choice]]] = {
    "event": events,
    "attribute": attributes,
    "trait": traits,
    "score": scores,
    "segment": segments,
    "channel": channels,
    "label": labels,
    "subscription": subscriptions,
    "content": contents,
    "concept": concepts,
}


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


def _texts(column: Column) -> dict[str, Any]:
    """A text column's values, the commonest first (of sets, their members), and how they look."""
    categories = column.categories or ()
    codes = np.asarray(column.values)[np.asarray(column.present)]
    counts = np.bincount(codes, minlength=len(categories))
    common = np.argsort(-counts, kind="stable")[:_MOST_VALUES].tolist()
    texts = [categories[code] for code in common if counts[code]]
    reads = looks(texts)
    if "set" in reads:
        texts = list(dict.fromkeys(each for text in texts for each in sorted(members(text))))
    return {"values": tuple(texts[:_MOST_VALUES]), "reads": reads}
