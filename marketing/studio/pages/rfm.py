"""The RFM grid: 25 cells, the ten regions that they form, and who is in the chosen one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.studio.shell import explained, said
from marketing.workspace.queries import workspace
from segments.analysing import rfm as analysing
from segments.analysing.rfm import Levels, Rfm
from segments.analysis.rfm_grid import Cell
from segments.analysis.rfm_regions import LEVELS, REGIONS, Region
from segments.models import Segment

_SAMPLE = 24
_CELL = Text("Recency {r}, frequency {f}", "最近度 {r}，频次 {f}")


@dataclass(frozen=True)
class Shown:
    """A cell as it is drawn: ``shade`` 0..1 of the fullest one."""

    cell: Cell
    region: str
    shade: float
    link: str
    is_chosen: bool


@dataclass(frozen=True)
class _Chosen:
    """A part of the grid. ``key``: what a segment of it may be called by."""

    key: str
    label: Text
    meaning: str
    recency: Levels
    frequency: Levels


def context(asked: QueryDict, *, may_see_people: bool) -> dict[str, Any]:
    page: dict[str, Any] = {"title": _("RFM grid"), "space": workspace()}
    try:
        found = analysing.rfm()
    except MarketingError as error:
        return {**page, "problem": explained(error)}
    chosen = _chosen(asked)
    return {
        **page,
        "grid": found.grid,
        "as_of": found.as_of,
        "rows": _rows(found, chosen),
        "levels": LEVELS,
        "regions": [
            {"total": each, "name": said(each.region.name), "meaning": said(each.region.meaning),
             "link": f"?region={each.region.key}#chosen",
             "is_chosen": chosen is not None and asked.get("region") == each.region.key}
            for each in found.grid.regions
        ],
        **(_about(found, chosen, may_see_people=may_see_people) if chosen else {}),
    }  # fmt: skip


def _rows(found: Rfm, chosen: _Chosen | None) -> list[tuple[int, list[Shown]]]:
    """From the most recent down, as operators read it."""
    most = max((cell.people for cell in found.grid.cells.values()), default=0)
    return [
        (r, [_shown(found.grid.cells[r, f], most, chosen) for f in LEVELS])
        for r in reversed(LEVELS)
    ]  # fmt: skip


def _shown(cell: Cell, most: int, chosen: _Chosen | None) -> Shown:
    r, f = cell.recency, cell.frequency
    is_chosen = chosen is not None and (
        chosen.recency[0] <= r <= chosen.recency[1]
        and chosen.frequency[0] <= f <= chosen.frequency[1]
    )
    shade = cell.people / most if most else 0.0
    return Shown(cell, said(cell.region.name), shade, f"?r={r}&f={f}#chosen", is_chosen)


def _chosen(asked: QueryDict) -> _Chosen | None:
    """A region or one cell; anything else is nothing chosen."""
    region = next((each for each in REGIONS if each.key == asked.get("region")), None)
    if region is not None:
        return _of_region(region)
    levels = {str(level): level for level in LEVELS}
    r, f = levels.get(asked.get("r") or ""), levels.get(asked.get("f") or "")
    if r is None or f is None:
        return None
    label = Text(_CELL.en.format(r=r, f=f), _CELL.zh.format(r=r, f=f))
    return _Chosen(f"rfm_r{r}_f{f}", label, "", (r, r), (f, f))


def _of_region(region: Region) -> _Chosen:
    key = f"rfm_{region.key}"
    return _Chosen(key, region.name, said(region.meaning), region.recency, region.frequency)


def _about(found: Rfm, chosen: _Chosen, *, may_see_people: bool) -> dict[str, Any]:
    members = found.members(chosen.recency, chosen.frequency)
    sample = Person.objects.filter(pk__in=members[:_SAMPLE].tolist()) if may_see_people else ()
    document = analysing.condition(chosen.recency, chosen.frequency)
    given = {
        "name": chosen.label.en,
        "name_zh": chosen.label.zh,
        "key": chosen.key,
        "family": Segment.Family.RFM.value,
        "condition": orjson.dumps(document).decode(),
    }
    return {
        "chosen": chosen,
        "chosen_name": said(chosen.label),
        "n_chosen": len(members),
        "share_chosen": len(members) / found.grid.people if found.grid.people else None,
        "sample": list(sample),
        "n_more": max(0, len(members) - _SAMPLE),
        "make": f"{reverse('admin:segments_segment_add')}?{urlencode(given)}",
    }
