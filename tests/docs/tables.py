"""The documents' tables, made from the registries themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from campaigns.actions import ACTIONS
from campaigns.channels import CHANNELS
from campaigns.guards import GUARDS
from marketing.conditions.criteria import CRITERIA
from marketing.conditions.operators import OPERATORS
from marketing.events.surprises import SURPRISES
from marketing.experiments.metrics import METRICS
from marketing.imports.kinds import KINDS, Reads
from marketing.kernel.registry import Registry
from marketing.kernel.windows import Window
from marketing.personas.engines import ENGINES
from marketing.personas.parts import PARTS
from marketing.personas.traits import TRAITS
from recommender.features import FEATURES
from recommender.insights import INSIGHTS
from recommender.predictors import PREDICTORS
from recommender.rankers import RANKERS
from segments.analysis.rfm_regions import LEVELS, REGIONS, region_of
from segments.learning.clusterers import CLUSTERERS

_MARKED = re.compile(r"<!-- table:(\w+) -->\n(.*?)<!-- end -->", re.DOTALL)
_NOW = datetime(2024, 6, 12, 7, 30, tzinfo=UTC)
_ZONE = ZoneInfo("Asia/Shanghai")
_WINDOWS: tuple[dict[str, int], ...] = (
    {"days": 1}, {"days": 30}, {"days": 56, "skip_days": 28}, {"hours": 6}, {},
)  # fmt: skip

_CELLS = {
    Reads.TEXT: "text", Reads.WHOLE: "whole number", Reads.FLAG: "yes or no",
    Reads.MOMENT: "date or time", Reads.MONEY: "amount", Reads.LIST: "texts between ;",
}  # fmt: skip


def rewritten(text: str) -> str:
    """The page with every marked table made anew."""
    return _MARKED.sub(
        lambda found: f"<!-- table:{found[1]} -->\n{TABLES[found[1]]()}<!-- end -->", text
    )


def rewrite(page: Path) -> bool:
    """Whether the file changed."""
    old = page.read_text()
    new = rewritten(old)
    page.write_text(new)
    return old != new


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def _says(member: type) -> str:
    """The first sentence of the member's file."""
    module = inspect.getmodule(member)
    said = (module.__doc__ if module else "") or ""
    return re.split(r"(?<=\.)\s|\n\n", said.strip())[0].replace("\n", " ").replace("``", "`")


def _rows(registry: Registry[Any], *cells: Callable[[Any], str]) -> Iterable[list[str]]:
    for name, member in registry.members.items():
        yield [f"`{name}`", *(cell(member) for cell in cells), _says(member)]


def _fields(member: Any) -> str:
    """``name`` for a required field, ``name = default`` for the others."""
    found = []
    for field in msgspec.structs.fields(member):
        if field.name in ("op", "value") and "conditions" in member.__module__:
            continue
        if field.required:
            found.append(f"`{field.name}`")
        else:
            found.append(f"`{field.name} = {_default(field.default)}`")
    return ", ".join(found) or "none"


def _default(value: object) -> str:
    if isinstance(value, Window):
        return "all time" if value.is_all_time else value.key()
    return msgspec.json.encode(value).decode()


def _label(member: Any) -> str:
    return f"{member.label.en} · {member.label.zh}"


def _phrase(member: Any) -> str:
    return f"{member.phrase.en} · {member.phrase.zh}"


def _parts() -> str:
    heads = ("Part", "Merges by", "Prepared as", "What it is")
    return _table(heads, _rows(PARTS, lambda m: m.merge or "no", lambda m: m.shape.value))


def _engines() -> str:
    return _table(("Engine", "SQL of", "What it is"), _rows(ENGINES, lambda m: m.dialect))


def _traits() -> str:
    needs = _rows(TRAITS, _phrase, lambda m: "yes" if m.needs_property else "no", _empty)
    heads = ("Function", "In words", "Needs a property", "Without such events", "What it is")
    return _table(heads, needs)


def _empty(member: Any) -> str:
    return "missing" if member.empty is None else str(member.empty)


def _criteria() -> str:
    return _table(("Type", "Fields", "Its sentence is about"), _rows(CRITERIA, _fields))


def _operators() -> str:
    heads = ("Operator", "`value`", "Compares", "In words", "What it is")
    takes = _rows(OPERATORS, lambda m: str(m.takes), lambda m: ", ".join(sorted(m.on)), _phrase)
    return _table(heads, takes)


def _predictors() -> str:
    heads = ("Predictor", "Name", "Kind", "Horizon", "Features", "What it is")
    cells = (
        _label, lambda m: str(m.kind), lambda m: f"{m.horizon_days} days",
        lambda m: str(len(m.features)),
    )  # fmt: skip
    return _table(heads, _rows(PREDICTORS, *cells))


def _clusterers() -> str:
    heads = ("Clusterer", "Name", "Fields", "Learns from at most", "What it is")
    cells = (_label, _fields, lambda m: f"{m.fits_at_most:,} people")
    return _table(heads, _rows(CLUSTERERS, *cells))


def _rfm() -> str:
    """Recency down from 5, frequency across."""
    heads = ("Recency ↓ Frequency →", *map(str, LEVELS))
    names = {(r, f): region_of(r, f).name for r in LEVELS for f in LEVELS}
    rows = ([str(r), *(f"{names[r, f].en} {names[r, f].zh}" for f in LEVELS)]
            for r in reversed(LEVELS))  # fmt: skip
    return _table(heads, rows)


def _rfm_regions() -> str:
    rows = ([f"{region.name.en} {region.name.zh}", region.meaning.en, region.meaning.zh]
            for region in REGIONS)  # fmt: skip
    return _table(("Region", "Meaning", "含义"), rows)


def _channels() -> str:
    return _table(("Channel", "Name", "What it is"), _rows(CHANNELS, _label))


def _kinds() -> str:
    heads = ("Kind", "Field", "Title", "Cells", "Needed")
    rows = []
    for name, kind in KINDS.members.items():
        either = {key for group in kind.one_of for key in group}
        for field in kind.fields:
            needed = "yes" if field.required else "one of them" if field.key in either else ""
            title = f"{field.title.en} · {field.title.zh}"
            rows.append([f"`{name}`", f"`{field.key}`", title, _CELLS[field.reads], needed])
    return _table(heads, rows)


def _surprises() -> str:
    return _table(("Kind", "Name", "What it is"), _rows(SURPRISES, _label))


def _named(head: str, registry: Registry[Any]) -> Callable[[], str]:
    heads = (head, "Name", "Fields", "What it is")
    return lambda: _table(heads, _rows(registry, _label, _fields))


def _metrics() -> str:
    heads = ("Metric", "Name", "Unit", "Needs", "May have", "What it is")
    cells = (_label, lambda m: str(m.unit), lambda m: _names(m.needs), lambda m: _names(m.takes))
    return _table(heads, _rows(METRICS, *cells))


def _names(fields: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(fields))


def _windows() -> str:
    """Bounds for a fixed now, in the workspace's zone."""
    rows = []
    for fields in _WINDOWS:
        start, end = Window(**fields).bounds(_NOW, _ZONE)
        rows.append([f"`{msgspec.json.encode(fields).decode()}`", _local(start), _local(end)])
    return _table(("Window", "From (included)", "To (excluded)"), rows)


def _local(moment: datetime | None) -> str:
    return f"{moment.astimezone(_ZONE):%Y-%m-%d %H:%M:%S.%f}" if moment else "ever"


TABLES: dict[str, Callable[[], str]] = {
    "traits": _traits,
    "parts": _parts,
    "engines": _engines,
    "criteria": _criteria,
    "operators": _operators,
    "windows": _windows,
    "clusterers": _clusterers,
    "rfm": _rfm,
    "rfm_regions": _rfm_regions,
    "features": _named("Feature", FEATURES),
    "predictors": _predictors,
    "rankers": _named("Ranker", RANKERS),
    "insights": _named("Insight", INSIGHTS),
    "guards": _named("Guard", GUARDS),
    "actions": _named("Action", ACTIONS),
    "channels": _channels,
    "metrics": _metrics,
    "kinds": _kinds,
    "surprises": _surprises,
}
