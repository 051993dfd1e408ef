"""How much segments share: a matrix of pairs, and the exact parts of a few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.kernel.errors import MarketingError
from marketing.studio.shell import explained, said
from segments.analysing.overlap import Shared, largest, shared
from segments.analysis.overlap import MOST_CHOSEN, MOST_SEGMENTS, Pair
from segments.queries import newest_versions

SHOWN = {
    "both": gettext_lazy("People in both"),
    "share": gettext_lazy("Share of the row"),
    "jaccard": gettext_lazy("Jaccard index"),
    "lift": gettext_lazy("Lift"),
}
_WHAT = {
    "both": gettext_lazy("How many people are in both."),
    "share": gettext_lazy("Of the people in the row's segment, the share in the column's too."),
    "jaccard": gettext_lazy("Of the people in either, the share in both."),
    "lift": gettext_lazy("How many times as many share both as by chance: 1 is chance."),
}
# A part that is one in so many of all parts is drawn; smaller ones are counted together.
_MOST_PARTS = 24


@dataclass(frozen=True)
class Shade:
    """``value`` None means nothing here; ``shade`` 0..1."""

    value: float | None
    shade: float
    title: str
    is_self: bool = False


def context(asked: QueryDict) -> dict[str, Any]:
    measure = asked.get("show") if asked.get("show") in SHOWN else "share"
    versions = newest_versions()
    choices = sorted(versions.values(), key=lambda each: (-each.size, each.segment_id))
    keys = [key for key in dict.fromkeys(asked.getlist("s")) if key in versions] or largest()
    page: dict[str, Any] = {
        "title": _("Segment overlap"), "measure": measure,
        "choices": [
            (each.segment.key, said(each.segment.label), each.size, each.segment.key in keys)
            for each in choices
        ],
        "measures": [(name, label, _link(keys, name)) for name, label in SHOWN.items()],
        "what": _WHAT[str(measure)], "most": MOST_SEGMENTS, "n_chosen": len(keys),
    }  # fmt: skip
    if len(choices) < 2:
        return page
    try:
        found = shared(keys)
    except MarketingError as error:
        return {**page, "problem": explained(error)}
    return {**page, **_shown(found, str(measure))}


def _link(keys: list[str], measure: str) -> str:
    asked = QueryDict(mutable=True)
    asked.setlist("s", keys)
    asked["show"] = measure
    return f"?{asked.urlencode()}"


def _shown(found: Shared, measure: str) -> dict[str, Any]:
    names = {each.key: said(each.label) for each in found.segments}
    sizes = found.found.sizes
    top = _top(found, measure)
    rows = [
        {"name": names[a], "segment": segment, "size": sizes[a],
         "cells": [_cell(found, a, b, measure, top, names) for b in names]}
        for segment, a in zip(found.segments, names, strict=True)
    ]  # fmt: skip
    most = max((part.people for part in found.parts), default=1)
    parts = [
        {"inside": [key in part.inside for key in found.parted], "people": part.people,
         "shade": part.people / most,
         "said": " + ".join(names[key] for key in part.inside)}
        for part in found.parts
    ]  # fmt: skip
    return {
        "as_of": found.as_of, "names": list(names.values()), "rows": rows,
        "parted": [names[key] for key in found.parted], "parts": parts[:_MOST_PARTS],
        "n_small_parts": len(parts[_MOST_PARTS:]),
        "is_cut": len(names) > MOST_CHOSEN, "people": found.found.people,
    }  # fmt: skip


def _top(found: Shared, measure: str) -> float:
    """What the darkest cell stands for."""
    if measure in ("share", "jaccard"):
        return 1.0
    values = [_value(pair, measure) or 0.0 for pair in found.found.pairs.values()]
    return max(values, default=0.0) or 1.0


def _cell(found: Shared, a: str, b: str, measure: str, top: float, names: dict[str, str]) -> Shade:
    if a == b:
        return Shade(None, 0.0, "", is_self=True)
    value = _value(found.found.pair(a, b), measure)
    title = f"{names[a]} · {names[b]}"
    return Shade(value, min(1.0, (value or 0.0) / top), title)


def _value(pair: Pair, measure: str) -> float | None:
    values = {"both": pair.both, "share": pair.of_a, "jaccard": pair.jaccard, "lift": pair.lift}
    return values[measure]
