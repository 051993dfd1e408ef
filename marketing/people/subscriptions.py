"""A person's subscription, folded from order events in whatever order they arrive.

Started, renewed, cancelled and refunded are facts; the state is what they mean at a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

STARTED, RENEWED, CANCELLED = (
    "Subscription Started", "Subscription Renewed", "Subscription Cancelled"
)  # fmt: skip
REFUNDED = "Order Refunded"
MOMENTS = ("started_at", "trial_ends_at", "renews_at", "ends_at")
EVENTS = (STARTED, RENEWED, CANCELLED, REFUNDED)


class State(StrEnum):
    """What a subscription is at a moment. Cancelled still has access, until it ends."""

    TRIAL = "trial"
    ACTIVE = "active"
    GRACE = "grace"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    ENDED = "ended"


class Fact(NamedTuple):
    """One event: its message, when it happened, its name, and what it said."""

    message_id: str
    at_us: int
    name: str
    properties: Mapping[str, object]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed as of the newest fact. Moments are aware; None is unknown or never."""

    plan: str = ""
    started_at: datetime | None = None
    trial_ends_at: datetime | None = None
    renews_at: datetime | None = None
    ends_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunded_at: datetime | None = None

    def state(self, now: datetime, grace: timedelta) -> State | None:
        """None before it starts."""
        if self.started_at is None or now < self.started_at:
            return None
        if self.refunded_at is not None:
            return State.REFUNDED
        if now >= (self._last_day(grace) or now + grace):
            return State.ENDED
        if self.cancelled_at is not None:
            return State.CANCELLED
        if self.trial_ends_at is not None and now < self.trial_ends_at:
            return State.TRIAL
        return State.ACTIVE if self.renews_at is None or now < self.renews_at else State.GRACE

    def _last_day(self, grace: timedelta) -> datetime | None:
        """When access ends if nothing more happens; None while no end is known."""
        if self.cancelled_at is not None:
            return self.ends_at or self.renews_at or self.cancelled_at
        if self.renews_at is not None and self.ends_at is None:
            return self.renews_at + grace
        return self.ends_at


def fold(facts: Iterable[Fact]) -> Terms:
    """The terms after all facts, each message once; ties of moment by the message's id."""
    known = {fact.message_id: fact for fact in facts}
    terms = Terms()
    for fact in sorted(known.values(), key=lambda each: (each.at_us, each.message_id)):
        terms = _after(terms, fact)
    return terms


def moments(terms: Terms, facts: Iterable[Fact]) -> dict[str, datetime | None]:
    """The dates that the terms still have, by name; None where there is none, or none any more.

    Refunded: none. Cancelled: its end alone. Renewed before the trial's end: no trial to end.
    """
    found = {name: getattr(terms, name) for name in MOMENTS}
    if terms.refunded_at is not None:
        return dict.fromkeys(MOMENTS)
    if terms.cancelled_at is not None:
        return dict.fromkeys(MOMENTS) | {"ends_at": terms.ends_at}
    if any(_ends_trial(terms, fact) for fact in facts):
        found["trial_ends_at"] = None
    return found


def _ends_trial(terms: Terms, fact: Fact) -> bool:
    start, end = terms.started_at, terms.trial_ends_at
    if fact.name != RENEWED or start is None or end is None:
        return False
    return start <= datetime.fromtimestamp(fact.at_us / 1e6, UTC) < end


def _after(terms: Terms, fact: Fact) -> Terms:
    at = datetime.fromtimestamp(fact.at_us / 1e6, UTC)
    said = fact.properties
    if fact.name == STARTED:
        return Terms(
            plan=str(said.get("plan") or ""),
            started_at=at,
            trial_ends_at=_moment(said, "trial_ends_at"),
            renews_at=_moment(said, "renews_at"),
            ends_at=_moment(said, "ends_at"),
        )
    if fact.name == RENEWED:
        return msgspec.structs.replace(
            terms,
            plan=str(said.get("plan") or terms.plan),
            started_at=terms.started_at or at,
            renews_at=_moment(said, "renews_at"),
            ends_at=_moment(said, "ends_at"),
            cancelled_at=None,
            refunded_at=None,
        )
    if fact.name == CANCELLED:
        ends_at = _moment(said, "ends_at") or terms.ends_at
        return msgspec.structs.replace(terms, cancelled_at=at, ends_at=ends_at)
    if said.get("plan") and terms.started_at is not None:
        return msgspec.structs.replace(terms, refunded_at=at)
    return terms  # another order was refunded


def _moment(said: Mapping[str, object], name: str) -> datetime | None:
    """An ISO 8601 moment, UTC where it names no zone; anything else is unknown."""
    try:
        found = msgspec.convert(said.get(name), datetime | None)
    except msgspec.ValidationError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
