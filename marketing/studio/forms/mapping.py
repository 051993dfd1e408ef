"""The mapping page's form: a line a column, one value for all rows, how the file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext as _

from marketing.imports.kinds import KINDS, Field
from marketing.imports.mapping import OWN, TYPES, attribute_name, needed
from marketing.imports.models import Import
from marketing.imports.rows import ATTRIBUTE
from marketing.imports.types import Options
from marketing.studio.shell import said

_AS_ATTRIBUTE = "attribute"
_EXAMPLES = 3
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030 (GBK)"}
DELIMITERS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
DATE_ORDERS = {"ymd": "2026-01-31", "dmy": "31/01/2026", "mdy": "01/31/2026"}


@dataclass(frozen=True)
class Mapped:
    """What a form says."""

    mapping: dict[str, str]
    constants: dict[str, str]
    options: Options


@dataclass(frozen=True)
class Line:
    """One column of the file: what is in it, and what it becomes."""

    index: int
    header: str
    examples: list[str]
    target: str
    name: str
    reads: str


def lines(row: Import) -> Iterator[Line]:
    by_header = {header: target for target, header in row.mapping.items()}
    for index, header in enumerate(row.headers):
        cells = [cells[index] for cells in row.sample if index < len(cells) and cells[index]]
        looks = row.looks[index] if index < len(row.looks) else "text"
        target, name, reads = by_header.get(header, ""), attribute_name(header), looks
        if target.startswith(ATTRIBUTE):
            _prefix, name, reads = target.split(":")
            target = _AS_ATTRIBUTE
        yield Line(index, header, list(dict.fromkeys(cells))[:_EXAMPLES], target, name, reads)


def targets(row: Import) -> list[tuple[str, str]]:
    """What a column may become; what is needed has a star."""
    kind = KINDS.get(row.kind)
    starred = {key for group in needed(kind) for key in group}
    fields = [(f.key, f"{said(f.title)} *" if f.key in starred else said(f.title))
              for f in kind.fields]  # fmt: skip
    attribute = [(_AS_ATTRIBUTE, _("Attribute of the person"))] if kind.takes_attributes else []
    return [("", _("Leave out")), *fields, *attribute]


def types() -> list[tuple[str, str]]:
    return [(name, said(text)) for name, text in TYPES.items()]


def constants(row: Import) -> list[tuple[Field, str, str]]:
    """Field, title and value of everything that may have one value for all rows."""
    return [(field, said(field.title), row.constants.get(field.key, ""))
            for field in KINDS.get(row.kind).fields]  # fmt: skip


def choices(row: Import) -> dict[str, Any]:
    """How the file is written, as it was found or chosen."""
    return {
        "encodings": ENCODINGS.items(), "delimiters": DELIMITERS.items(),
        "date_orders": DATE_ORDERS.items(), "written": row.written,
        "zones": sorted(available_timezones()),
    }  # fmt: skip


def read(row: Import, data: Mapping[str, str]) -> Mapped:
    """Of two columns for one field the first is taken; ``clashes`` tells of the others."""
    mapping: dict[str, str] = {}
    for index, header in enumerate(row.headers):
        target = _target(data, index)
        if target and header not in OWN:
            mapping.setdefault(target, header)
    values = {
        field.key: data.get(f"const-{field.key}", "").strip()[:200]
        for field in KINDS.get(row.kind).fields
    }
    return Mapped(mapping, {key: value for key, value in values.items() if value}, written(data))


def clashes(row: Import, data: Mapping[str, str]) -> list[str]:
    """Headers of columns whose field another column has."""
    seen: set[str] = set()
    found = []
    for index, header in enumerate(row.headers):
        target = _target(data, index)
        if target and target in seen:
            found.append(header)
        seen.add(target)
    return found


def _target(data: Mapping[str, str], index: int) -> str:
    target = data.get(f"col-{index}", "")
    if target != _AS_ATTRIBUTE:
        return target
    name = data.get(f"name-{index}", "").strip().replace(":", "_")
    return f"{ATTRIBUTE}{name}:{data.get(f'type-{index}', 'text')}"


def written(data: Mapping[str, str]) -> Options:
    """What is not one of the choices is as if nothing was chosen."""
    zone = data.get("time_zone", "").strip()
    given = {
        "encoding": data.get("encoding", ""), "delimiter": data.get("delimiter", ""),
        "date_order": data.get("date_order", "ymd"), "decimal_comma": "decimal_comma" in data,
        "time_zone": zone if zone in available_timezones() else "",
    }  # fmt: skip
    try:
        return msgspec.convert(given, Options)
    except msgspec.ValidationError:
        return Options()
