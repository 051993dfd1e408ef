"""One person's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from campaigns.queries import Why, why
from marketing.conditions.types import Ref
from marketing.events.models import Event
from marketing.kernel.errors import MarketingError
from marketing.people.models import Person
from marketing.personas import queries
from marketing.personas.labels import labeller
from marketing.personas.types import OnePersona
from marketing.studio.pages.membership import places
from marketing.studio.shell import explained
from marketing.workspace.language import language

_TIMELINE = 40


@dataclass(frozen=True)
class Fact:
    """A labelled value; ``share`` 0..1 where a meter helps."""

    label: str
    value: object
    share: float | None = None


def context(person: Person) -> dict[str, Any]:
    """Everything on the page; before the first refresh the computed parts are empty."""
    try:
        one = queries.current().one(person.pk)
        decisions = why(person.pk, language())
    except MarketingError as error:
        return {"person": person, "attributes": said_facts(person), "problem": explained(error),
                "timeline": timeline(person)}  # fmt: skip
    return {
        "person": person,
        "attributes": said_facts(person),
        "traits": _facts(one, "trait"),
        "scores": _scores(one),
        "places": places(person),
        "timeline": timeline(person),
        "decisions": decisions,
        "tones": {each.campaign.key: _tone(each) for each in decisions},
        "as_of": one.personas.as_of,
    }


def channels_said(people: Iterable[Person]) -> dict[int, str]:
    """By ordinal, how each can be reached; the labels are read once for all of them."""
    label = labeller()
    return {
        person.pk: " · ".join(
            label(Ref("reachable", consent.channel), language())
            for consent in sorted(person.consents.all(), key=lambda each: each.channel)
            if consent.granted and consent.reachable
        )
        for person in people
    }


def said_facts(person: Person) -> list[Fact]:
    label = labeller()
    return [
        Fact(label(Ref("attribute", name), language()), value)
        for name, value in person.attributes.items()
    ]


def _facts(one: OnePersona, kind: str) -> list[Fact]:
    """Named columns only: those spelt out in a condition are shown with the condition."""
    label = labeller()
    found = []
    for name in one.personas.names(kind):
        if "|" in name:
            continue
        column = one.column(Ref(kind, name))
        value = _round(column.values) if column.present else None
        found.append(Fact(label(Ref(kind, name), language()), value))
    return found


def _scores(one: OnePersona) -> list[Fact]:
    label = labeller()
    found = []
    for name in one.personas.names("score"):
        score, percentile = one.column(Ref("score", name)), one.column(Ref("percentile", name))
        share = percentile.values if percentile.present else None
        found.append(
            Fact(
                label(Ref("score", name), language()),
                _round(score.values) if score.present else None,
                share if isinstance(share, float) else None,
            )
        )
    return found


def _round(value: object) -> object:
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else round(value, 3)


def timeline(person: Person) -> list[dict[str, Any]]:
    """The newest events of the hot log."""
    rows = Event.objects.filter(person=person).order_by("-at_us")[:_TIMELINE]
    return [{"event": row, "details": _details(row)} for row in rows]


def _details(row: Event) -> str:
    properties = orjson.loads(row.properties)
    shown = [f"{name}: {value}" for name, value in properties.items() if value is not None]
    return " · ".join(shown[:8])


def _tone(each: Why) -> str:
    return {"yes": "good", "withheld": "info"}.get(each.outcome, "muted")
