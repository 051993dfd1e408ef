"""Insights as the JSON that the chart bundle draws; see frontend/README.md for the kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from marketing.studio.charts import Chart, empty
from recommender.insights.associations import Rule
from recommender.insights.forecast import ForecastAnswer
from recommender.insights.funnel import FunnelStep
from recommender.insights.planner import PlannerAnswer

Shares = Sequence[float | None]


def funnel(labels: Sequence[str], steps: Sequence[FunnelStep], notes: Sequence[str]) -> Chart:
    """A bar a step, each a share of the first; ``notes`` stand under the bars."""
    rows = [
        {"label": label, "value": step.people, "share": step.from_first, "note": note}
        for label, step, note in zip(labels, steps, notes, strict=True)
    ]
    return {"steps": rows, "empty": empty()}


def group_bars(categories: Sequence[str], groups: Sequence[tuple[str, Shares]]) -> Chart:
    """Shares of several groups beside each other."""
    return {
        "categories": list(categories),
        "series": [{"name": name, "values": list(values)} for name, values in groups],
        "unit": "percent",
        "empty": empty(),
    }


def cohorts(periods: Sequence[str], labels: Sequence[str], cells: Sequence[Shares]) -> Chart:
    """A row a cohort, a column a period; None leaves a gap."""
    return {
        "x": list(periods),
        "y": list(labels),
        "cells": [list(row) for row in cells],
        "unit": "percent",
        "empty": empty(),
    }


def curve(periods: Sequence[str], name: str, values: Shares) -> Chart:
    return {
        "x": list(periods),
        "series": [{"name": name, "values": list(values)}],
        "unit": "percent",
        "zero": 0,
        "empty": empty(),
    }


def forecast(answer: ForecastAnswer) -> Chart:
    """What was, what was expected of it, what is expected next."""
    past, ahead = answer.past, answer.ahead
    lines: dict[str, Any] = {
        name: [getattr(each, name) for each in ahead]
        for name in ("median", "low80", "high80", "low95", "high95")
    }
    return {
        "past": {
            "x": [each.first_day.isoformat() for each in past],
            "values": [each.value for each in past],
            "expected": [each.expected for each in past],
            "low": [each.low for each in past],
            "high": [each.high for each in past],
            "unusual": [each.is_anomaly for each in past],
        },
        "ahead": {"x": [each.first_day.isoformat() for each in ahead], **lines},
        "names": {
            "value": _("Observed"),
            "expected": _("Expected one step ahead"),
            "range": _("Usual range"),
            "unusual": _("Anomalies"),
            "median": _("Forecast"),
            "in80": "80 %",
            "in95": "95 %",
        },
        "empty": empty(),
    }


def rules(found: Sequence[Rule], labels: Sequence[str]) -> Chart:
    """A point a rule: how many have both, how sure it is; the darker, the larger the lift."""
    highest = max((rule.lift for rule in found), default=1.0)
    points = [
        {
            "x": rule.together,
            "y": rule.confidence,
            "shade": (rule.lift - 1) / (highest - 1) if highest > 1 else 0.0,
            "label": label,
            "lines": [
                {"name": _("Together"), "value": f"{rule.together:,}"},
                {"name": _("Confidence"), "value": f"{rule.confidence:.1%}"},
                {"name": _("Lift"), "value": f"{rule.lift:,.1f}"},
            ],
        }
        for rule, label in zip(found, labels, strict=True)
    ]
    return {
        "points": points,
        "xName": _("Baskets with all of them"),
        "yName": _("Confidence"),
        "yUnit": "percent",
        "empty": empty(),
    }


# By the answer's unit: what makes the chart's of it, and how the bundle writes that.
_PLANNED: Mapping[str, tuple[float, Mapping[str, Any]]] = {
    "share": (100.0, {"unit": "percent_points", "digits": 2}),
    "money": (0.01, {"unit": "money", "digits": 2}),
    "number": (1.0, {"unit": "number"}),
}


def plan(answer: PlannerAnswer) -> Chart:
    """The smallest rise that is found, by planned days; what is hoped for, beside it.

    Shares in points, money in whole units. The first days would press all others flat: what is far
    above the planned day's is left out.
    """
    days, wish = answer.days, answer.wish.effect if answer.wish else None
    scale, written = _PLANNED[answer.unit]
    most = 3 * (answer.planned.detectable or (1 if answer.unit == "share" else math.inf))
    found = [
        None if each.detectable is None or each.detectable > most else scale * each.detectable
        for each in days
    ]
    series: list[dict[str, Any]] = [{"name": _("Smallest rise that is found"), "values": found}]
    if wish is not None:
        series.append({"name": _("The rise you hope for"), "values": [scale * wish] * len(days)})
    return {
        "x": [str(each.day) for each in days],
        "series": series,
        **written,
        **({"suffix": _("pp")} if answer.unit == "share" else {}),
        "zero": 0,
        "columns": [_("Days"), *[each["name"] for each in series]],
        "empty": empty(),
    }
