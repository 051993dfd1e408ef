"""One event of the catalogue: how often it comes, what it carries, what was surprising."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from marketing.events.models import EventType, Surprise
from marketing.events.surprises import sentence
from marketing.studio import charts
from marketing.studio.event_names import event_name
from marketing.studio.pages.quality import last_days
from marketing.workspace.language import language

_DAYS = 60


class Carried(NamedTuple):
    """``types``: (field of the model, share of the given values); ``absent``: share without it."""

    name: str
    types: list[tuple[str, float]]
    absent: float


def context(event: EventType, now: datetime) -> dict[str, Any]:
    days = last_days(now, _DAYS)
    found = dict(event.days.filter(day__gte=days[0]).values_list("day", "events"))
    return {
        "event": event,
        "called": event_name(event.name),
        "volume": charts.bars([day.isoformat() for day in days],
                              {event_name(event.name): [found.get(day, 0) for day in days]}),
        "properties": [_carried(each, event.events) for each in event.properties.all()],
        "surprises": [(row, in_words(row)) for row in
                      Surprise.objects.filter(event=event.name, state=Surprise.State.OPEN)],
    }  # fmt: skip


def in_words(row: Surprise) -> str:
    return sentence(row.kind, row.event, row.property, row.what, language())


def _carried(row: Any, events: int) -> Carried:
    given = row.given
    types = {name: n for name, n in row.types.items() if name != "null"}
    shares = [(str(row._meta.get_field(name).verbose_name), n / given) for name, n in types.items()]
    return Carried(row.name, shares, 1 - given / events if events else 0.0)
