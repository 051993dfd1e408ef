"""A small stage for campaigns: people, their personas, a launched campaign, a taught ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import msgspec
import numpy as np

from campaigns import delivering
from campaigns.launching import launch, run_due
from campaigns.models import Campaign, Delivery, Variant
from marketing.catalog.models import Content
from marketing.conditions.types import Column, Ref
from marketing.events.models import Event
from marketing.people.models import Consent, Identity, Person
from marketing.people.queries import highest_ordinal
from marketing.personas import queries, store
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor, move_pointer
from recommender.artefacts import About, save
from recommender.predictors import Learned
from recommender.promoting import promote, root
from recommender.rankers import Histories
from recommender.rankers.next_item_ridge import NextItemRidge
from recommender.serving import RANKER
from segments.queries import with_segments

# A Wednesday afternoon: outside the quiet hours of the suite's workspace.
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
CHANNELS = ("push", "inbox")
COURSES = ("algebra", "calculus", "poetry", "drama")
Document = dict[str, Any]
_versions = count()


def everybody() -> Document:
    return {"version": 1, "condition": {"all": []}}


def points_at_least(least: float) -> Document:
    return condition({"type": "trait", "name": "points", "op": "gte", "value": least})


def condition(leaf: Document) -> Document:
    return {"version": 1, "condition": {"all": [leaf]}}


def person(name: str, channels: Sequence[str] = CHANNELS) -> Person:
    """Known to the host as ``name``; says yes to ``channels``."""
    row = Person.objects.create(key=f"user:{name}", created_at=NOW)
    Identity.objects.create(key=row.key, person=row)
    for channel in channels:
        Consent.objects.create(person=row, channel=channel, granted=True, changed_at=NOW)
    return row


def crowd(n: int) -> list[Person]:
    """``n`` people who agree to every channel, with personas that say nothing about them."""
    people = [person(f"p{i}") for i in range(n)]
    publish()
    return people


def publish(points: Mapping[int, float] | None = None, at: datetime = NOW) -> str:
    """Personas of everybody with one trait, ``points`` by ordinal; the version that readers see."""
    size = highest_ordinal() + 1
    exists, values = np.full(size, np.nan), np.full(size, np.nan)
    exists[list(Person.objects.filter(merged_into=None).values_list("id", flat=True))] = 1.0
    for ordinal, value in (points or {}).items():
        values[ordinal] = value
    columns = {
        Ref("person", "exists"): Column(exists, ~np.isnan(exists)),
        Ref("trait", "points"): Column(values, ~np.isnan(values)),
    }
    version = f"staged-{next(_versions)}"
    store.write(queries.folder(version), columns)
    move_pointer(queries.POINTER, version, at, {"overlay": None, "reaches": [0, 0], "specs": {}})
    return version


def draft(
    key: str = "spring", variants: Mapping[str, tuple[str, Document]] | None = None, **fields: Any
) -> Campaign:
    """``variants``: key to (action, parameters); by default one plain push. Nobody is held out."""
    said = {"name": key, "audience": everybody(), "holdout_percent": 0} | fields
    said.setdefault("respects_global_holdout", False)
    campaign = Campaign.objects.create(key=key, **said)
    chosen = variants or {"plain": ("send_message", {"title": "Hello"})}
    for name, (action, parameters) in chosen.items():
        Variant.objects.create(
            campaign=campaign, key=name, name=name, action=action, parameters=parameters
        )
    return campaign


def coupons(value_cents: int = 1_000, **parameters: Any) -> dict[str, tuple[str, Document]]:
    return {"coupon": ("issue_coupon", {"value_cents": value_cents, **parameters})}


def decided(campaign: Campaign, workspace: Workspace, now: datetime = NOW) -> list[Delivery]:
    """Launched and run once: its deliveries, oldest first."""
    launch(campaign, workspace, now)
    run_due(workspace, now)
    return list(Delivery.objects.filter(campaign=campaign).order_by("id"))


def states(campaign: Campaign) -> list[tuple[str, str]]:
    """(state, reason) of its deliveries, oldest first."""
    rows = Delivery.objects.filter(campaign=campaign).order_by("id")
    return list(rows.values_list("state", "reason"))


def fold(now: datetime = NOW) -> None:
    """As if the personas that are served had taken in the whole log."""
    newest = Event.objects.order_by("xid", "id").last()
    if newest is not None:
        move_cursor(cursor("fold"), newest.xid, newest.pk, now)


def claim(now: datetime) -> list[Delivery]:
    """What a worker holds in its hand after claiming, before it does anything with it."""
    claimed = delivering._claim(now, 100)
    rows = Delivery.objects.filter(pk__in=claimed).select_related("campaign", "person")
    return list(rows.order_by("id"))


def deliver(rows: Sequence[Delivery], workspace: Workspace, now: datetime) -> None:
    """The rest of what a worker does with them."""
    personas = with_segments(queries.current())
    for row in rows:
        delivering._deliver(row, workspace, personas, now)


def teach(rows: Sequence[Sequence[str]], courses: Sequence[str] = COURSES) -> None:
    """A catalogue of ``courses`` and a served ranker, learned from histories of titles."""
    for course in courses:
        Content.objects.create(external_id=course, title=course.title(), price_cents=9_900)
    items = sorted(courses)
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    taken = np.array([items.index(course) for row in rows for course in row], np.int32)
    ranker = NextItemRidge()
    arrays = ranker.fit(Histories(taken, starts, len(items)), 0)
    about = About(kind="ranker", name=RANKER, from_at=NOW, until_at=NOW,
                  params=msgspec.to_builtins(ranker))  # fmt: skip
    learned = Learned(arrays, {"items": msgspec.json.encode(items).decode()})
    promote(RANKER, save(root(), about, learned), NOW)
