"""The catalogue's reader: the log into the schema catalogue, exactly once.

Each stretch of the log, its surprises and the cursor are one transaction. A reader that dies leaves
the cursor where it was, and the next one learns the same stretch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from marketing.events import log, surprised
from marketing.events.counting import add_intake
from marketing.events.judging import judge
from marketing.events.log import LogRow
from marketing.events.schema import (
    DAYS_KEPT,
    LONGEST_NAME,
    MOST_EVENTS,
    MOST_PROPERTIES,
    TYPES,
    EventDay,
    EventProperty,
    EventType,
    IntakeDay,
)
from marketing.events.seen import Seen, SeenEvent, SeenIntake, SeenProperty, summarised
from marketing.events.surprises import Chunk, KnownEvent
from marketing.kernel.local_days import DAY_US, offsets
from marketing.workspace.leases import held
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor

CURSOR = "catalogue"
ROWS = 20_000
_EPOCH = date(1970, 1, 1)
_CHUNK = 1_000
# Columns of the rows that are written when a known name comes again.
_EVENT = ("first_at_us", "last_at_us", "first_received_at_us", "events")
_PROPERTY = (*TYPES, "first_received_at_us", "last_received_at_us")
_DAYS = (
    "INSERT INTO events_eventday (type_id, day, events, late) VALUES {rows} "
    "ON CONFLICT (type_id, day) DO UPDATE SET events = events_eventday.events + excluded.events, "
    "late = events_eventday.late + excluded.late"
)


def learn(workspace: Workspace, now: datetime) -> int:
    """Everything that the catalogue has not read yet; returns the number of events."""
    learned = 0
    with held(CURSOR, wait_s=60):
        while rows := log.after(at := cursor(CURSOR), ROWS):
            with transaction.atomic():
                _take_in(rows, workspace, now)
                move_cursor(at, rows[-1].xid, rows[-1].id, now)
            learned += len(rows)
        judge(workspace, now)
    return learned


def forget_days(workspace: Workspace, now: datetime) -> int:
    """Days older than the catalogue counts apart; how many rows."""
    first = now.astimezone(workspace.zone).date() - timedelta(days=DAYS_KEPT)
    IntakeDay.objects.filter(day__lt=first).delete()
    return EventDay.objects.filter(day__lt=first).delete()[0]


def _take_in(rows: Sequence[LogRow], workspace: Workspace, now: datetime) -> None:
    seen = summarised(rows, offsets(workspace.zone, now))
    types = {each.name: each for each in EventType.objects.all()}
    properties = _properties([types[name].pk for name in seen.events if name in types])
    seen, left_out = _bounded(seen, types, properties)
    chunk = Chunk(seen, _known(types, properties), _quiet_until(seen, types), left_out)
    surprised.keep(surprised.in_chunk(chunk), now)
    types = _keep_events(seen, types)
    _keep_properties(seen, types, properties)
    _keep_days(seen, types, now.astimezone(workspace.zone).date())
    for day, of in seen.intake.items():
        _keep_intake(day, of)


def _properties(ids: Sequence[int]) -> dict[int, dict[str, EventProperty]]:
    found: dict[int, dict[str, EventProperty]] = {pk: {} for pk in ids}
    for start in range(0, len(ids), _CHUNK):
        for each in EventProperty.objects.filter(type_id__in=ids[start : start + _CHUNK]):
            found[each.type_id][each.name] = each
    return found


def _bounded(
    seen: Seen,
    types: Mapping[str, EventType],
    properties: Mapping[int, Mapping[str, EventProperty]],
) -> tuple[Seen, int]:
    """Without the names that are not learned, and how often such names came."""
    room = MOST_EVENTS - len(types)
    beyond = set([name for name in seen.events if name not in types][max(room, 0) :])
    events, left_out = {}, 0
    for name, event in seen.events.items():
        if name in beyond:
            left_out += event.events
            continue
        known = properties[types[name].pk] if name in types else {}
        kept = _kept(event.properties, known)
        left_out += sum(each.types.total() for key, each in event.properties.items()
                        if key not in kept)  # fmt: skip
        events[name] = replace(event, properties=kept)
    return Seen(events, seen.intake), left_out


def _kept(
    seen: Mapping[str, SeenProperty], known: Mapping[str, EventProperty]
) -> dict[str, SeenProperty]:
    room = MOST_PROPERTIES - len(known)
    new = [key for key in seen if key not in known and 0 < len(key) <= LONGEST_NAME]
    wanted = {*known, *new[: max(room, 0)]}
    return {key: each for key, each in seen.items() if key in wanted}


def _known(
    types: Mapping[str, EventType],
    properties: Mapping[int, Mapping[str, EventProperty]],
) -> dict[str, KnownEvent]:
    return {
        name: KnownEvent(
            each.first_received_at_us, each.events,
            {key: of.types for key, of in properties.get(each.pk, {}).items()},
        )
        for name, each in types.items()
    }  # fmt: skip


def _quiet_until(seen: Seen, types: Mapping[str, EventType]) -> int:
    """The end of the first 24 hours, by when the first event of all was received."""
    first = [each.first_received_us for each in seen.events.values()]
    first += [each.first_received_at_us for each in types.values()]
    return min(first, default=0) + DAY_US


def _keep_events(seen: Seen, types: Mapping[str, EventType]) -> dict[str, EventType]:
    rows = [_event(name, each, types.get(name)) for name, each in seen.events.items()]
    EventType.objects.bulk_create(
        rows, _CHUNK, update_conflicts=True, unique_fields=["name"], update_fields=_EVENT
    )
    names = list(seen.events)
    found: dict[str, EventType] = {}
    for start in range(0, len(names), _CHUNK):
        some = EventType.objects.filter(name__in=names[start : start + _CHUNK])
        found |= {each.name: each for each in some}
    return found


def _event(name: str, seen: SeenEvent, known: EventType | None) -> EventType:
    if known is None:
        return EventType(
            name=name, first_at_us=seen.first_at_us, last_at_us=seen.last_at_us,
            first_received_at_us=seen.first_received_us, events=seen.events,
        )  # fmt: skip
    return EventType(
        name=name,
        first_at_us=min(known.first_at_us, seen.first_at_us),
        last_at_us=max(known.last_at_us, seen.last_at_us),
        first_received_at_us=min(known.first_received_at_us, seen.first_received_us),
        events=known.events + seen.events,
    )


def _keep_properties(
    seen: Seen,
    types: Mapping[str, EventType],
    known: Mapping[int, Mapping[str, EventProperty]],
) -> None:
    rows = [
        _property(types[name].pk, key, each, known.get(types[name].pk, {}).get(key))
        for name, event in seen.events.items()
        for key, each in event.properties.items()
    ]
    EventProperty.objects.bulk_create(
        rows, _CHUNK, update_conflicts=True, unique_fields=["type", "name"],
        update_fields=_PROPERTY,
    )  # fmt: skip


def _property(
    type_id: int, key: str, seen: SeenProperty, known: EventProperty | None
) -> EventProperty:
    before = known.types if known else {}
    first = known.first_received_at_us if known else seen.first_received_us
    last = known.last_received_at_us if known else seen.last_received_us
    return EventProperty(
        type_id=type_id,
        name=key,
        first_received_at_us=min(first, seen.first_received_us),
        last_received_at_us=max(last, seen.last_received_us),
        **{of: before.get(of, 0) + seen.types[of] for of in TYPES},
    )


def _keep_days(seen: Seen, types: Mapping[str, EventType], today: date) -> None:
    first = (today - _EPOCH).days - DAYS_KEPT
    rows: list[tuple[int, str, int, int]] = [
        (types[name].pk, (_EPOCH + timedelta(days=day)).isoformat(), n, late)
        for name, event in seen.events.items()
        for day, (n, late) in event.days.items()
        if day >= first
    ]
    with connection.cursor() as sql:
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            values = ", ".join(["(%s, %s, %s, %s)"] * len(some))
            sql.execute(_DAYS.format(rows=values), [value for row in some for value in row])


def _keep_intake(day: int, of: SeenIntake) -> None:
    add_intake(_EPOCH + timedelta(days=day), events=of.events, late=of.late, ahead=of.ahead)
