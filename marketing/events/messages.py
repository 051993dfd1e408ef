"""One message of the Segment dialect: from a decoded dict to a typed value, or a rejection."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import orjson

from marketing.kernel.errors import Invalid
from marketing.kernel.moments import microseconds
from marketing.people.types import Names

MAX_EVENT_BYTES = 32 * 1024
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE = timedelta(hours=24)
KINDS = ("track", "identify", "page", "screen", "alias", "group")
_KNOWN = {"type", "messageId", "userId", "anonymousId", "previousId", "event", "name", "timestamp",
          "properties", "traits", "context"}  # fmt: skip


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The fields that are read; all others are kept in the stored context."""

    type: str | None = None
    message_id: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    previous_id: str | int | None = None
    event: str | None = None
    name: str | None = None
    timestamp: str | None = None
    properties: dict[str, object] | None = None
    traits: dict[str, object] | None = None
    context: dict[str, object] | None = None


class Message(NamedTuple):
    """Ready to be stored."""

    message_id: str
    names: Names
    kind: str
    name: str
    at_us: int
    properties: str
    context: str
    is_clamped: bool = False  # stamped more than a day ahead: it counts when it was received


def parse(body: object, received_at: datetime, *, kind: str | None = None) -> Message:
    """Raises Invalid naming the field and the fix. ``kind`` is given by ``/v1/track`` and such."""
    if not isinstance(body, dict):
        raise Invalid("An event is a JSON object", code="not_an_object", fix="Send an object.")
    wire = _typed(body)
    the_kind = kind or wire.type or ""
    if the_kind not in KINDS:
        raise Invalid(
            f"Unknown type '{the_kind}'",
            code="unknown_type",
            pointer="/type",
            fix=f"Use one of {', '.join(KINDS)}.",
        )
    at, original = _moment(wire.timestamp, received_at)
    properties = orjson.dumps(
        (wire.traits if the_kind == "identify" else wire.properties) or {}
    ).decode()
    context = _context(body, wire, the_kind, original)
    if len(properties) + len(context) > MAX_EVENT_BYTES:
        raise Invalid(
            "The event is larger than 32 kB",
            code="event_too_large",
            pointer="/properties",
            fix="Send ids, not documents.",
        )
    return Message(
        message_id=_message_id(wire),
        names=_names(wire, the_kind),
        kind=the_kind,
        name=_name(wire, the_kind),
        at_us=microseconds(at),
        properties=properties,
        context=context,
        is_clamped=original is not None,
    )


def _typed(body: Mapping[str, object]) -> Wire:
    try:
        return msgspec.convert(body, Wire)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        pointer = "/" + where.rstrip("`").replace(".", "/") if where else "/"
        raise Invalid(
            what,
            code="invalid_field",
            pointer=pointer[:200],
            fix="Send the type that the Segment specification names.",
        ) from None


def _message_id(wire: Wire) -> str:
    if wire.message_id is not None and len(wire.message_id) > 100:
        raise Invalid(
            "messageId has more than 100 characters",
            code="invalid_field",
            pointer="/messageId",
            fix="Use a UUID.",
        )
    return wire.message_id or str(uuid.uuid4())


def _names(wire: Wire, kind: str) -> Names:
    other = wire.previous_id if kind == "alias" else wire.anonymous_id
    user = f"user:{wire.user_id}" if wire.user_id not in (None, "") else None
    anonymous = f"anon:{other}" if other not in (None, "") else None
    if user is None and anonymous is None:
        raise Invalid(
            "Nobody is named",
            code="missing_identity",
            pointer="/userId",
            fix="Send userId or anonymousId.",
        )
    if max(len(user or ""), len(anonymous or "")) > 255:
        raise Invalid(
            "An id has more than 250 characters",
            code="invalid_field",
            pointer="/userId",
            fix="Send a shorter id.",
        )
    return Names(user, anonymous)


def _name(wire: Wire, kind: str) -> str:
    if kind != "track":
        return f"${kind}"
    if not wire.event or len(wire.event) > 120:
        raise Invalid(
            "A track call needs an event name of 1 to 120 characters",
            code="missing_event",
            pointer="/event",
            fix='Send "event": "Order Completed".',
        )
    return wire.event


def _moment(text: str | None, received_at: datetime) -> tuple[datetime, str | None]:
    """(the moment that counts, the original text where it was replaced)."""
    if text is None:
        return received_at, None
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        raise Invalid(
            f"'{text[:40]}' is no moment",
            code="invalid_timestamp",
            pointer="/timestamp",
            fix="Send ISO 8601, as 2026-01-31T08:00:00Z.",
        ) from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if moment < OLDEST:
        raise Invalid(
            "The timestamp is before the year 2000",
            code="timestamp_too_old",
            pointer="/timestamp",
            fix="Mend the sender's clock or unit.",
        )
    return (received_at, text) if moment > received_at + FUTURE else (moment, None)


def _context(body: Mapping[str, object], wire: Wire, kind: str, original: str | None) -> str:
    kept: dict[str, object] = {k: v for k, v in body.items() if k not in _KNOWN}
    if wire.context:
        kept["context"] = wire.context
    if wire.name:
        kept["name"] = wire.name
    spare = ("properties", wire.properties) if kind == "identify" else ("traits", wire.traits)
    if spare[1]:
        kept[spare[0]] = spare[1]
    if original:
        kept["originalTimestamp"] = original
    return orjson.dumps(kept).decode()
