"""From numbers to the JSON that the chart bundle draws; see frontend/README.md for the kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from marketing.experiments.types import ArmResult

Chart = dict[str, Any]


def empty() -> str:
    return _("Nothing to show yet")


def forest(arms: Sequence[ArmResult], names: Mapping[str, str]) -> Chart:
    """Each arm's conversion against the holdout, in percentage points, with its interval."""
    rows = []
    for arm in arms:
        effect = arm.effects.get("conversion")
        if effect is None:
            continue
        tone = "good" if effect.low > 0 else "bad" if effect.high < 0 else "neutral"
        rows.append(
            {
                "label": names.get(arm.name, arm.name),
                "estimate": 100 * effect.estimate,
                "low": 100 * effect.low,
                "high": 100 * effect.high,
                "tone": tone,
            }
        )
    return {"rows": rows, "unit": "percent_points", "suffix": _("pp"), "zero": 0, "empty": empty()}


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
