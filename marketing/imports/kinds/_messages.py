"""What people and orders share: rows that become messages of the intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from marketing.events import messages
from marketing.events.intake import accept
from marketing.events.models import Event
from marketing.imports.faults import NOT_TAKEN, TOO_LARGE_ROW, Wrong
from marketing.imports.types import Setting
from marketing.kernel.errors import Invalid, MarketingError

Body = dict[str, object]
_FIELDS = {"/userId": "user_id"}


class Told(NamedTuple):
    """One row as messages; ``ids`` are theirs, in order. ``traits``: of an identify message."""

    user: str
    bodies: tuple[Body, ...]
    traits: Mapping[str, object] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(body["messageId"]) for body in self.bodies)


def identify(user: str, at: datetime, traits: Mapping[str, object], key: str) -> Body:
    return {"type": "identify", "userId": user, "messageId": key, "timestamp": at.isoformat(),
            "traits": dict(traits)}  # fmt: skip


def track(user: str, event: str, at: datetime, properties: Mapping[str, object], key: str) -> Body:
    given = {name: value for name, value in properties.items() if value not in (None, "")}
    return {"type": "track", "userId": user, "event": event, "messageId": key,
            "timestamp": at.isoformat(), "properties": given}  # fmt: skip


def told(
    user: str, bodies: Sequence[Body], setting: Setting, traits: Mapping[str, object] | None = None
) -> Told:
    """Raises Wrong for what the intake would refuse: no row goes into its quarantine."""
    for body in bodies:
        try:
            messages.parse(body, setting.now)
        except Invalid as error:
            fault = TOO_LARGE_ROW if error.code == TOO_LARGE_ROW.code else NOT_TAKEN
            raise Wrong(fault, _FIELDS.get(error.pointer or "", "")) from None
    return Told(user, tuple(bodies), traits or {})


def logged(values: Sequence[Told]) -> set[str]:
    """Those of the rows' message ids that the log holds."""
    ids = [key for value in values for key in value.ids]
    found: set[str] = set()
    for start in range(0, len(ids), 1_000):
        some = Event.objects.filter(message_id__in=ids[start : start + 1_000])
        found |= set(some.values_list("message_id", flat=True))
    return found


def send(values: Sequence[Told], setting: Setting) -> None:
    """Through the intake, door 1. Raises Unavailable where it can take nothing just now."""
    bodies = [body for value in values for body in value.bodies]
    if not bodies:
        return
    taken = accept(bodies, setting.now)
    if taken.rejected:
        raise MarketingError(
            "The intake refused what was checked before", code=taken.rejected[0].code,
            pointer=taken.rejected[0].pointer, fix=taken.rejected[0].fix,
        )  # fmt: skip
