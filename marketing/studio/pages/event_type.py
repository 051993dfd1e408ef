"""One event of the catalogue: how often it comes, what it carries, what was surprising."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from marketing.events.models import EventType, Surprise
from marketing.events.surprises import sentence
from marketing.kernel.moments import moment
from marketing.studio import charts
from marketing.studio.event_names import event_name
from marketing.studio.pages import quality_scan
from marketing.studio.pages.quality import last_days
from marketing.workspace.language import language

_DAYS = 60


class Carried(NamedTuple):
    """``types``: (field of the model, share of the given values); ``absent``: share without it.

    ``first_at``, ``last_at``: when it was received.
    """

    name: str
    types: list[tuple[str, float]]
    absent: float
    first_at: datetime
    last_at: datetime


def context(event: EventType, now: datetime) -> dict[str, Any]:
    days = last_days(now, _DAYS)
    rows = event.days.filter(day__gte=days[0]).values_list("day", "events", "late")
    found = {day: n for day, n, _late in rows}
    happened, late = sum(found.values()), sum(late for _day, _n, late in rows)
    return {
        "event": event,
        "called": event_name(event.name),
        "volume": charts.bars([day.isoformat() for day in days],
                              {event_name(event.name): [found.get(day, 0) for day in days]}),
        "days": _DAYS,
        "late": late,
        "late_share": late / happened if happened else None,
        **quality_scan.numbers(event.name),
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
    return Carried(
        row.name, shares, 1 - given / events if events else 0.0,
        moment(row.first_received_at_us), moment(row.last_received_at_us),
    )  # fmt: skip
