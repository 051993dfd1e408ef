"""What comes, how good it is, and what is done to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Sum
from django.utils.translation import gettext

from marketing.conditions.types import Ref
from marketing.events.models import EventDay, EventType, IntakeDay
from marketing.events.surprised import still_open
from marketing.kernel.errors import MarketingError
from marketing.personas import queries
from marketing.personas.defined import named
from marketing.studio import charts
from marketing.studio.pages import quality_scan
from marketing.studio.shell import said
from marketing.workspace.queries import workspace

DAYS = 30
_COUNTS = ("events", "late", "ahead", "clamped", "duplicates", "rejected")


class Missing(NamedTuple):
    """Of one trait: the share of people without a value, and what they get instead."""

    name: str
    share: float
    policy: str


def context(now: datetime) -> dict[str, Any]:
    """The page about everything."""
    days = last_days(now)
    intake = IntakeDay.objects.filter(day__gte=days[0])
    totals = intake.aggregate(*(Sum(name) for name in _COUNTS))
    counts = {name: totals[f"{name}__sum"] or 0 for name in _COUNTS}
    return {
        "days": DAYS,
        "volume": _volume(days),
        "trouble": _trouble(days),
        "totals": counts,
        "late_share": counts["late"] / counts["events"] if counts["events"] else None,
        "open_surprises": still_open().count(),
        "missing": missing(),
        "has_events": EventType.objects.exists(),
        **quality_scan.context(),
    }


def last_days(now: datetime, count: int = DAYS) -> list[date]:
    """Local days of the workspace, today the last."""
    today = now.astimezone(workspace().zone).date()
    return [today - timedelta(days=ago) for ago in range(count - 1, -1, -1)]


def _volume(days: list[date]) -> charts.Chart:
    rows = EventDay.objects.filter(day__gte=days[0]).values("day")
    found = {row["day"]: row["n"] for row in rows.annotate(n=Sum("events"))}
    names = [day.isoformat() for day in days]
    return charts.bars(names, {gettext("events"): [found.get(day, 0) for day in days]})


def _trouble(days: list[date]) -> charts.Chart:
    found = {row.day: row for row in IntakeDay.objects.filter(day__gte=days[0])}
    series = {
        gettext("late"): "late", gettext("sent again"): "duplicates",
        gettext("rejected"): "rejected", gettext("moved to the present"): "clamped",
    }  # fmt: skip
    return charts.bars(
        [day.isoformat() for day in days],
        {title: [getattr(found.get(day), name, 0) for day in days]
         for title, name in series.items()},
    )  # fmt: skip


def exact(number: float) -> str:
    """With every digit: as whole where it is, else as it is written shortest."""
    return f"{int(number):,}" if float(number).is_integer() else f"{number:,}"


def missing() -> list[Missing]:
    """Of every named trait, the most missing first; none before the first refresh."""
    try:
        personas = queries.current()
    except MarketingError:
        return []
    people = int(personas.exists.sum())
    found = []
    for key, trait in named().items():
        if Ref("trait", key) not in personas.columns or not people:
            continue
        present = np.asarray(personas.column(Ref("trait", key)).present) & personas.exists
        policy = trait.spec.missing
        text = gettext("stays unknown") if policy is None else exact(policy)
        found.append(Missing(said(trait.label), 1 - int(present.sum()) / people, text))
    return sorted(found, key=lambda each: -each.share)
