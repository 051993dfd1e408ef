"""Which events there are and what they carry: what a question can be put together from.

A worker looks, because reading the warehouse is heavy; the web process reads what it left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from marketing.workspace.models import Pointer
from marketing.workspace.queries import cursor, pointer
from marketing.workspace.services import move_pointer

if TYPE_CHECKING:
    from marketing.events.scans import Source

POINTER = "insights:events"
# Not looked at anew before so long, whatever has arrived.
LOOKED_AT_LEAST = timedelta(minutes=10)
# The properties are those of so many of the newest events.
NEWEST = 100_000
MOST_EVENTS, MOST_PROPERTIES = 200, 60


class Property(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``is_number``: some event carries a number or a flag there."""

    name: str
    is_number: bool


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event's name, how often it was, and the properties of its newest ones."""

    name: str
    count: int
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True)
class EventList:
    """Most frequent first."""

    events: tuple[Known, ...]

    def names(self) -> list[str]:
        return [each.name for each in self.events]

    def properties(self) -> list[str]:
        """Of all events, sorted."""
        return sorted({one.name for each in self.events for one in each.properties})

    def numbers(self) -> list[str]:
        """Those of them that carry numbers or flags."""
        found = (one for each in self.events for one in each.properties)
        return sorted({one.name for one in found if one.is_number})


def current() -> EventList | None:
    """None before the first look."""
    kept = pointer(POINTER)
    if kept is None:
        return None
    return EventList(msgspec.convert(kept.details["events"], tuple[Known, ...]))


def refresh(now: datetime, at: datetime) -> bool:
    """Look anew if events have arrived since, but not all the time; whether it did."""
    folded, kept = cursor("fold"), pointer(POINTER)
    if folded.position == 0 or (kept is not None and not _is_due(kept, folded.position, at)):
        return False
    from marketing.events.scans import fold_cursor, open_source

    events = look(open_source(fold_cursor()))
    details: dict[str, object] = {
        "events": msgspec.to_builtins(events), "position": folded.position,
        "looked_at": at.isoformat(),
    }  # fmt: skip
    move_pointer(POINTER, f"{folded.xid}:{folded.position}", now, details)
    return True


def _is_due(kept: Pointer, position: int, at: datetime) -> bool:
    looked_at = datetime.fromisoformat(kept.details["looked_at"])
    return kept.details["position"] != position and at - looked_at >= LOOKED_AT_LEAST


def look(source: Source) -> tuple[Known, ...]:
    """Every event that is somebody's doing: what was only said (``$identify``) is left out."""
    rows = source.rows(None)
    rows = rows.filter(~rows.event.startswith("$"))
    counts = rows.group_by("event").aggregate(n=rows.count()).to_pyarrow().to_pylist()
    carried = _carried(rows)
    ordered = sorted(counts, key=lambda row: (-row["n"], row["event"]))
    return tuple(
        Known(name=row["event"], count=row["n"], properties=carried.get(row["event"], ()))
        for row in ordered[:MOST_EVENTS]
    )


def _carried(rows: Any) -> dict[str, tuple[Property, ...]]:
    """Of the newest events: property names by event."""
    import orjson

    newest = rows.order_by(rows.at_us.desc()).limit(NEWEST).select("event", "properties")
    # One example a shape would not do: a property may be absent from most.
    found: dict[str, dict[str, bool]] = {}
    kinds = newest.group_by("event").aggregate(some=newest.properties.collect()).to_pyarrow()
    for row in kinds.to_pylist():
        known = found.setdefault(row["event"], {})
        for text in row["some"]:
            for name, value in orjson.loads(text).items():
                is_number = isinstance(value, bool | int | float)
                known[name] = known.get(name, False) or is_number
    return {
        event: tuple(
            Property(name=name, is_number=known[name]) for name in sorted(known)[:MOST_PROPERTIES]
        )
        for event, known in found.items()
    }
