"""From numbers to the JSON that the chart bundle draws; see frontend/README.md for the kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from marketing.experiments.types import Effect

Chart = dict[str, Any]


def empty() -> str:
    return _("Nothing to show yet")


def forest(effects: Mapping[str, Effect | None], unit: str, *, is_lower: bool = False) -> Chart:
    """What each arm changes, with its interval: shares in percentage points, money in whole units.

    ``effects``: by what the arm is called; those that say nothing are left out. ``is_lower``: less
    is better.
    """
    scale, suffix = {"share": (100.0, _("pp")), "money": (0.01, "")}.get(unit, (1.0, ""))
    rows = []
    for label, effect in effects.items():
        if effect is None:
            continue
        up, down = ("bad", "good") if is_lower else ("good", "bad")
        tone = up if effect.low > 0 else down if effect.high < 0 else "neutral"
        ends = {name: scale * getattr(effect, name) for name in ("estimate", "low", "high")}
        rows.append({"label": label, "tone": tone, **ends})
    kind = "percent_points" if unit == "share" else "number"
    return {"rows": rows, "unit": kind, "suffix": suffix, "zero": 0, "empty": empty()}


def hbars(rows: Sequence[tuple[str, float]], unit: str = "number") -> Chart:
    return {
        "rows": [{"label": label, "value": float(value)} for label, value in rows],
        "unit": unit,
        "empty": empty(),
    }


def bars(
    categories: Sequence[str], series: Mapping[str, Sequence[float]], *, stacked: bool = True
) -> Chart:
    return {
        "categories": list(categories),
        "series": [{"name": n, "values": [float(v) for v in vs]} for n, vs in series.items()],
        "stacked": stacked,
        "empty": empty(),
    }


def line(x: Sequence[str], series: Mapping[str, Sequence[float]]) -> Chart:
    return {
        "x": list(x),
        "series": [{"name": n, "values": [float(v) for v in vs]} for n, vs in series.items()],
        "zero": 0,
        "empty": empty(),
    }


def histogram(values: np.ndarray[Any, Any], bins: int = 24, marker: float | None = None) -> Chart:
    """Of finite values; ``marker`` is a threshold in the values' unit."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {"edges": [], "counts": [], "empty": empty()}
    counts, edges = np.histogram(finite, bins=bins)
    chart: Chart = {
        "edges": edges.tolist(),
        "counts": counts.tolist(),
        "countLabel": _("People"),
        "unit": "percent",
        "empty": empty(),
    }
    if marker is not None:
        chart["marker"] = {"value": marker, "label": _("Top fifth")}
    return chart


def calibration(bins: Sequence[Mapping[str, float]]) -> Chart:
    top = max([each["predicted"] for each in bins] + [each["observed"] for each in bins], default=1)
    return {
        "points": [dict(each) for each in bins],
        "predictedLabel": _("Predicted"),
        "observedLabel": _("Observed"),
        "nLabel": _("People"),
        "max": min(1.0, round(top * 1.15, 2) or 1.0),
        "empty": empty(),
    }


def heat(x: Sequence[str], y: Sequence[str], cells: Sequence[Sequence[float]]) -> Chart:
    return {
        "x": list(x),
        "y": list(y),
        "cells": [[float(v) for v in row] for row in cells],
        "empty": empty(),
    }
