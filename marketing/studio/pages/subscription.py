"""Subscriptions as of the workspace's now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from marketing.conditions.criteria.subscription import STATES
from marketing.people.models import Person, Subscription
from marketing.people.subscriptions import Fact, Terms
from marketing.studio.event_names import event_name
from marketing.studio.shell import said
from marketing.workspace.queries import now, workspace

TONES = {"trial": "info", "active": "good", "grace": "warn", "cancelled": "warn", "refunded": "bad"}


@dataclass(frozen=True)
class Standing:
    """``state`` None: it has not started yet."""

    terms: Terms
    state: str | None

    @property
    def said(self) -> str:
        return said(STATES[self.state]) if self.state else "—"

    @property
    def tone(self) -> str:
        return TONES.get(self.state or "", "muted")


def standing(row: Subscription, at: datetime, grace: timedelta) -> Standing:
    terms = msgspec.convert(row.terms, Terms)
    return Standing(terms, terms.state(at, grace))


def grace() -> timedelta:
    return timedelta(days=workspace().subscription_grace_days)


@dataclass(frozen=True)
class Happened:
    """One fact: what was said of the subscription, and when."""

    name: str
    at: datetime
    details: str


def context(person: Person) -> dict[str, Any]:
    """Of one person's page; empty for who never subscribed."""
    row = Subscription.objects.filter(person=person).first()
    if row is None:
        return {}
    facts = sorted((Fact(*each) for each in row.facts), key=lambda each: each.at_us, reverse=True)
    return {
        "subscription": row,
        "standing": standing(row, now(), grace()),
        "facts": [
            Happened(event_name(fact.name), datetime.fromtimestamp(fact.at_us / 1e6, UTC),
                     " · ".join(f"{name}: {value}" for name, value in fact.properties.items()
                                if value is not None))
            for fact in facts
        ],
    }  # fmt: skip
