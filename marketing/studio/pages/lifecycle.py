"""The lifecycle: how large each stage is, who moved where, and where that leads if it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from marketing.kernel.errors import MarketingError
from marketing.studio import charts
from marketing.studio.shell import explained, said
from marketing.workspace.queries import now, workspace
from segments.analysing import past
from segments.analysing.lifecycle import USUAL_DAYS, Moves, moves, stages
from segments.analysing.lifecycle import sizes as lifecycle_sizes
from segments.analysis.transitions import NOWHERE, expected
from segments.queries import newest_of

_STEPS = 3
_DAYS = 90


def context(asked: QueryDict) -> dict[str, Any]:
    today = now().astimezone(workspace().zone).date()
    members = stages()
    first = past.first_day(members)
    page: dict[str, Any] = {
        "title": _("Lifecycle"), "space": workspace(), "today": today, "first": first,
        "has_stages": bool(members),
    }  # fmt: skip
    if first is None or first >= today:
        sizes = newest_of(members)
        return {**page, "sizes": [
            (each, said(each.label), sizes[each.pk].size) for each in members if each.pk in sizes
        ]}  # fmt: skip
    since, until = _day(asked.get("from")), _day(asked.get("to"))
    page |= {"since": since, "until": until or today, "quick": _quick(first, today)}
    try:
        found = moves(since, until, today)
    except MarketingError as error:
        return {**page, "problem": explained(error)}
    return {**page, **_shown(found)}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _quick(first: date, today: date) -> list[tuple[int, str]]:
    """The usual spans that are known."""
    days = [(n, today - timedelta(days=n)) for n in reversed(USUAL_DAYS)]
    return [(n, f"?from={day}&to={today}") for n, day in days if day >= first]


def _shown(found: Moves) -> dict[str, Any]:
    names = {each.key: said(each.label) for each in found.stages}
    counts, rates = found.found.counts, found.found.rates
    after = found.found.now
    ends = list(found.found.stages)
    if has_gone := any(row[NOWHERE] for row in counts.values()):
        ends.append(NOWHERE)
    starts = [*found.found.stages, *([NOWHERE] if any(counts[NOWHERE].values()) else [])]
    rows = [
        {
            "name": names.get(a, _("New since then")),
            "total": sum(counts[a].values()),
            "cells": [
                {"people": counts[a][b], "rate": rates[a][b], "stays": a == b}
                for b in ends
            ],
        }
        for a in starts
    ]  # fmt: skip
    sizes = [
        {"segment": each, "name": names[each.key], "people": after[each.key],
         "change": f"{after[each.key] - sum(counts[each.key].values()):+,}"}
        for each in found.stages
    ]  # fmt: skip
    return {
        "found": found, "since": found.since, "until": found.until,
        "n_days": (found.until - found.since).days,
        "over_time": _over_time(found, names),
        "names": list(names.values()), "rows": rows, "stage_sizes": sizes,
        "has_gone": has_gone,
        **_ahead(found, names),
    }  # fmt: skip


def _over_time(found: Moves, names: dict[str, str]) -> charts.Chart:
    since = max(found.first, found.until - timedelta(days=_DAYS - 1))
    days, sizes = lifecycle_sizes(since, found.until)
    return charts.bars(
        [day.isoformat() for day in days], {names[key]: values for key, values in sizes.items()}
    )


def _ahead(found: Moves, names: dict[str, str]) -> dict[str, Any]:
    try:
        steps = expected(found.found, _STEPS)
    except MarketingError as error:
        return {"no_expectation": explained(error)}
    n_days = (found.until - found.since).days
    days = [found.until + i * timedelta(days=n_days) for i in range(_STEPS + 1)]
    sizes: list[Mapping[str, float]] = [found.found.now, *steps]
    return {
        "expected": charts.line(
            [day.isoformat() for day in days],
            {names[key]: [round(each[key]) for each in sizes] for key in names},
        ),
        "n_new": sum(found.found.new.values()),
    }
