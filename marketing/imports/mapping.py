"""Which column is which field: guessed from headers, checked before anything is read.

A mapping is target to header. A target is a field's key, or ``attribute:name:type`` where the kind
takes attributes. A constant is a field's one value for all rows, in place of a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marketing.imports import cells
from marketing.imports.faults import MISSING, Wrong
from marketing.imports.kinds import Field, Kind
from marketing.imports.rows import ATTRIBUTE, Row
from marketing.imports.tables import Record
from marketing.imports.types import Setting
from marketing.kernel.text import Text

TYPES = {
    "text": Text("text", "文本"), "number": Text("number", "数字"),
    "flag": Text("yes or no", "是/否"), "date": Text("date", "日期"),
}  # fmt: skip
# The columns that an error file adds: uploaded again, they mean nothing.
OWN = ("_row", "_field", "_problem", "_fix")
_ATTRIBUTE = re.compile(rf"{ATTRIBUTE}([^:\x00-\x1f]{{1,60}}):({'|'.join(TYPES)})")
_NO_FIELD = Text("There is no field “{name}”.", "没有字段“{name}”。")
_NO_COLUMN = Text("There is no column “{name}” in the file.", "文件中没有“{name}”列。")
_NEEDED = Text("Needed: {name}.", "缺少必填项：{name}。")
_OR = Text(" or ", "或")


def guess(
    kind: type[Kind[Any]], headers: Sequence[str], looks: Sequence[str] = ()
) -> dict[str, str]:
    """By key and title first, then by synonym; what is left over becomes attributes."""
    free = {header: _bare(header) for header in headers if header not in OWN}
    found: dict[str, str] = {}
    for names in (_proper, _other):
        for field in kind.fields:
            match = next((h for h, bare in free.items() if bare in names(field)), None)
            if match is not None and field.key not in found:
                found[field.key] = match
                free.pop(match)
    if kind.takes_attributes:
        types = dict(zip(headers, looks, strict=False))
        for header in free:
            target = f"{ATTRIBUTE}{attribute_name(header)}:{types.get(header, 'text')}"
            found.setdefault(target, header)
    return found


def _proper(field: Field) -> set[str]:
    return {_bare(field.key), _bare(field.title.en), _bare(field.title.zh)}


def _other(field: Field) -> set[str]:
    return {_bare(synonym) for synonym in field.synonyms}


def _bare(header: str) -> str:
    """Without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", cells.plain(header).lower())


def attribute_name(header: str) -> str:
    """``Last Order Date`` is ``last_order_date``; other scripts stay as they are."""
    words = re.sub(r"[\s:\-./]+", "_", cells.plain(header)).strip("_")
    return (words.lower() if words.isascii() else words)[:60] or "column"


def attribute_of(target: str) -> str:
    """The name in ``attribute:name:type``; any other target as it is."""
    found = _ATTRIBUTE.fullmatch(target)
    return found[1] if found else target


def problems(
    kind: type[Kind[Any]],
    headers: Sequence[str],
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
) -> list[Text]:
    """What stands in the way, in both languages; nothing: it can be checked."""
    titles = {field.key: field.title for field in kind.fields}
    found = [
        _said(_NO_FIELD, Text(target, target)) for target in [*mapping, *constants]
        if target not in titles
        and not (kind.takes_attributes and target in mapping and _ATTRIBUTE.fullmatch(target))
    ]  # fmt: skip
    found += [_said(_NO_COLUMN, Text(h, h)) for h in mapping.values() if h not in headers]
    given = {*mapping, *(key for key, value in constants.items() if value.strip())}
    return found + [
        _said(_NEEDED, Text(*(_OR[i].join(titles[key][i] for key in group) for i in (0, 1))))
        for group in needed(kind)
        if not given.intersection(group)
    ]


def _said(phrase: Text, name: Text) -> Text:
    return Text(phrase.say("en", name=name.en), phrase.say("zh", name=name.zh))


def needed(kind: type[Kind[Any]]) -> list[tuple[str, ...]]:
    """Of each group one field must be given."""
    return [*((field.key,) for field in kind.fields if field.required), *kind.one_of]


@dataclass(frozen=True)
class Reader:
    """Records into the kind's values."""

    kind: type[Kind[Any]]
    headers: Sequence[str]
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    setting: Setting

    def read(self, record: Record) -> Any:
        """Raises Wrong."""
        if record.fault is not None:
            raise Wrong(record.fault)
        row = Row(record.number, dict(self._values(record.cells)), self.setting)
        for group in needed(self.kind):
            if not any(row.has(key) for key in group):
                raise Wrong(MISSING, next((k for k in group if k in self.mapping), group[0]))
        return self.kind.parse(row)

    def _values(self, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        for target, place in self._places:
            yield target, unguarded(cells[place]) if self._is_own else cells[place]
        for key, value in self.constants.items():
            if key not in self.mapping and value.strip():
                yield key, value

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        return [(target, self.headers.index(header)) for target, header in self.mapping.items()]

    @cached_property
    def _is_own(self) -> bool:
        """Whether the file is an error file of ours, mended."""
        return set(OWN) <= set(self.headers)


def guarded(cell: str) -> str:
    """A spreadsheet runs what starts like a formula: with a quote before it it is a text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def unguarded(cell: str) -> str:
    """What ``guarded`` made this of."""
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) != cell[1:] else cell
