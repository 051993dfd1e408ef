"""What people said: identify events into attributes, and attributes into columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.events import log
from marketing.events.log import LogRow
from marketing.people.models import Person
from marketing.people.queries import redirects
from marketing.people.services import say, subscribe
from marketing.people.subscriptions import EVENTS as SUBSCRIPTION_EVENTS
from marketing.people.subscriptions import Fact
from marketing.personas import attributes
from marketing.workspace.models import Cursor

_ROWS = 20_000
EXISTS = Ref("person", "exists")


def say_all(at: Cursor) -> Cursor:
    """Attributes of everything past ``at``; returns the log's safe end and moves nothing."""
    end = Cursor(name=at.name, xid=at.xid, position=at.position)
    while rows := log.after(end, _ROWS):
        say_rows(rows)
        end = Cursor(name=at.name, xid=rows[-1].xid, position=rows[-1].id)
    return end


def say_rows(rows: Sequence[LogRow]) -> None:
    """Idempotent: the newest moment wins, in whatever order and how often it comes."""
    gone = redirects({row.person for row in rows})
    said = [
        (gone.get(row.person, row.person), row.at_us, orjson.loads(row.properties))
        for row in rows
        if row.kind == "identify"
    ]
    if said:
        say(said)
    _subscribe(rows, gone)


def _subscribe(rows: Iterable[LogRow], gone: Mapping[int, int]) -> None:
    facts: dict[int, list[Fact]] = {}
    for row in rows:
        if row.kind == "track" and row.name in SUBSCRIPTION_EVENTS:
            fact = Fact(row.message_id, row.at_us, row.name, orjson.loads(row.properties))
            facts.setdefault(gone.get(row.person, row.person), []).append(fact)
    if facts:
        subscribe(facts)


def columns(size: int) -> dict[Ref, Column]:
    """Everybody's attributes and existence, length ``size``."""
    found = Person.objects.filter(merged_into=None, erased_at=None).only("pk", "said").iterator()
    rows = [(person.pk, person.attributes) for person in found]
    exists = np.full(size, np.nan)
    exists[[pk for pk, _said in rows]] = 1.0
    return attributes.columns(rows, size) | {EXISTS: Column(exists, ~np.isnan(exists))}


def columns_of(ordinals: NDArray[np.int64]) -> dict[Ref, Column]:
    """The same of some people, in the order of ``ordinals`` (int64[m], rising)."""
    rows = []
    for some in _chunks(ordinals.tolist()):
        people = Person.objects.filter(merged_into=None, erased_at=None, pk__in=some).only(
            "pk", "said"
        )
        rows += [(person.pk, person.attributes) for person in people]
    places = np.searchsorted(ordinals, np.array([pk for pk, _said in rows], dtype=np.int64))
    exists = np.full(len(ordinals), np.nan)
    exists[places] = 1.0
    said = [(place, told) for place, (_pk, told) in zip(places.tolist(), rows, strict=True)]
    return attributes.columns(said, len(ordinals)) | {EXISTS: Column(exists, ~np.isnan(exists))}


def _chunks(ordinals: Sequence[int], size: int = 10_000) -> Iterable[Sequence[int]]:
    return (ordinals[i : i + size] for i in range(0, len(ordinals), size))
