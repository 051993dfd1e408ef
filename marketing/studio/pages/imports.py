"""An import's page: where it stands, the mapping, what would come of it, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.imports import files
from marketing.imports.error_file import first_rows
from marketing.imports.faults import SHOWN, Wrong
from marketing.imports.kinds import KINDS
from marketing.imports.mapping import Reader, attribute_of, guarded, problems, unguarded
from marketing.imports.models import Import
from marketing.imports.services import KEPT
from marketing.imports.working import sample_records, setting_of
from marketing.kernel.text import Text
from marketing.studio import charts
from marketing.studio.forms import mapping as form
from marketing.studio.shell import said
from marketing.workspace.language import language

Phase, State = Import.Phase, Import.State
# Longer than this without a start, and no worker seems to be there.
_UNATTENDED = timedelta(seconds=20)
_SHOWN_ROWS = 5
_READ_ERRORS = 2_000
_SHOWN_ERRORS = 10
_OF_EACH = 3
_SHOWN_FAULTS = 8
_TWICE = Text("Another column has the field of “{name}” already.", "“{name}”所选的字段已有其他列。")
_STAGES = {
    ("waiting", "look"): ("info", gettext_lazy("looking at the file")),
    ("waiting", "check"): ("info", gettext_lazy("checking")),
    ("waiting", "run"): ("info", gettext_lazy("importing")),
    ("done", "look"): ("warn", gettext_lazy("to be mapped")),
    ("done", "check"): ("warn", gettext_lazy("checked, not imported")),
    ("done", "run"): ("good", gettext_lazy("imported")),
}


def stage(row: Import) -> tuple[str, str]:
    """Tone and words."""
    if row.state == State.REFUSED and (row.problem or {}).get("code") == "stopped":
        return "warn", _("stopped")
    tone, words = _STAGES.get((row.state, row.phase), ("bad", row.get_state_display()))
    return tone, str(words)


def kind_title(row: Import) -> str:
    return said(KINDS.get(row.kind).label) if row.kind in KINDS else row.kind


def context(row: Import) -> dict[str, Any]:
    is_ready = bool(row.headers and row.stored) and not row.is_waiting
    found = {
        **progress(row),
        "row": row,
        "title": row.file_name,
        "kind_title": kind_title(row),
        "stage": stage(row),
        "problem": problem(row),
        "can_map": is_ready and row.phase != Phase.RUN,
        "can_run": is_ready and (row.phase, row.state) == (Phase.CHECK, State.DONE)
        and row.good > 0,
        "can_go_on": bool(row.stored and row.phase != Phase.LOOK
                          and row.state in (State.REFUSED, State.FAILED)),
        "can_look": bool(row.stored and not row.headers and not row.is_waiting),
        "twin": _twin(row),
        "until": row.asked_at + KEPT,
    }  # fmt: skip
    if row.phase != Phase.LOOK and (row.state == State.DONE or row.counts.seen):
        found |= _result(row)
    if found["can_map"]:
        found |= _mapping(row) | live(row, None)
    return found


def progress(row: Import) -> dict[str, Any]:
    """How far it is, for the page that waits."""
    waits = row.is_waiting and row.progress == 0 and row.tries == 0 and row.position == 0
    return {
        "row": row,
        "stage": stage(row),
        "percent_done": round(100 * row.progress),
        "is_unattended": waits and datetime.now(UTC) - row.asked_at > _UNATTENDED,
    }


def problem(row: Import) -> tuple[str, str] | None:
    """What it ended with and what helps, in the operator's language where there are words."""
    if not row.problem or row.is_waiting:
        return None
    fault = SHOWN.get(row.problem["code"])
    if fault is not None:
        return said(fault.what), said(fault.fix)
    if row.state == State.FAILED:
        return _("Something went wrong on our side"), _("Go on; if it stays, see the log.")
    return row.problem["message"], row.problem["fix"]


def _twin(row: Import) -> Import | None:
    """The same file, imported before."""
    same = Import.objects.filter(sha256=row.sha256, kind=row.kind, phase=Phase.RUN)
    return same.filter(state=State.DONE).exclude(pk=row.pk).first()


def _result(row: Import) -> dict[str, Any]:
    faults = [(f"{_title(row, each['field'])}: {each[language()]}", float(each["n"]))
              for each in row.faults[:_SHOWN_FAULTS]]  # fmt: skip
    return {
        "has_result": True,
        "counts": row.counts,
        "faults": charts.hbars(faults) if row.faults else None,
        "errors": _errors(row),
    }


def _title(row: Import, field: str) -> str:
    titles = {each.key: said(each.title) for each in KINDS.get(row.kind).fields}
    return titles.get(field) or attribute_of(field) or _("row")


def _errors(row: Import) -> list[dict[str, str]]:
    """Of the error file's first rows: number, field, what stands there, what is wrong.

    The file speaks the language of whoever asked, this page that of whoever looks.
    """
    path = files.path_of(row.error_file) if row.error_bytes and row.error_file else None
    if path is None or not path.exists():
        return []
    words = _words(row)
    columns = {words.get(_written(row, t), ""): header for t, header in row.mapping.items()}
    found = []
    for each in _some_of_each(first_rows(path, _READ_ERRORS)):
        field = words.get(each["_field"], each["_field"])
        found.append({
            "number": each["_row"], "field": field,
            "value": unguarded(each.get(guarded(columns.get(field, "")), "")),
            "problem": words.get(each["_problem"], each["_problem"]),
            "fix": words.get(each["_fix"], each["_fix"]),
        })  # fmt: skip
    return found


def _some_of_each(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """A few of every problem, in the file's order."""
    seen: Counter[tuple[str, str]] = Counter()
    found: list[dict[str, str]] = []
    for each in rows:
        what = (each["_field"], each["_problem"])
        seen[what] += 1
        if seen[what] <= _OF_EACH and len(found) < _SHOWN_ERRORS:
            found.append(each)
    return found


def _words(row: Import) -> dict[str, str]:
    """Whatever the error file says, as the one who looks reads it."""
    texts = [field.title for field in KINDS.get(row.kind).fields]
    for each in row.faults:
        texts += [Text(each["en"], each["zh"]), Text(each["fix_en"], each["fix_zh"])]
    own = {attribute_of(target): attribute_of(target) for target in row.mapping}
    return own | {spoken: said(text) for text in texts for spoken in text}


def _written(row: Import, target: str) -> str:
    """A target as the error file names it."""
    titles = {field.key: field.title for field in KINDS.get(row.kind).fields}
    return titles[target].en if target in titles else attribute_of(target)


def _mapping(row: Import) -> dict[str, Any]:
    return {
        "about": said(KINDS.get(row.kind).about),
        "lines": list(form.lines(row)),
        "targets": form.targets(row),
        "types": form.types(),
        "types_offered": KINDS.get(row.kind).takes_attributes,
        "constants": form.constants(row),
        "has_constants": bool(row.constants),
        **form.choices(row),
    }


def live(row: Import, data: Mapping[str, str] | None) -> dict[str, Any]:
    """What stands in the way of a mapping, and the first rows as they would be read.

    ``data``: of the form; None: as it is stored.
    """
    if data is None:
        mapped = form.Mapped(row.mapping, row.constants, row.written)
    else:
        mapped = form.read(row, data)
    stops = problems(KINDS.get(row.kind), row.headers, mapped.mapping, mapped.constants)
    found = [said(text) for text in stops]
    found += [_TWICE.say(language(), name=name) for name in form.clashes(row, data or {})]
    return {"row": row, "missing": found, **_preview(row, mapped)}


def _preview(row: Import, mapped: form.Mapped) -> dict[str, Any]:
    titles = [_title(row, target) for target in mapped.mapping]
    reader = Reader(KINDS.get(row.kind), row.headers, mapped.mapping, mapped.constants,
                    setting_of(row, mapped.options))  # fmt: skip
    known = {target: h for target, h in mapped.mapping.items() if h in row.headers}
    places = [(target, row.headers.index(header)) for target, header in known.items()]
    rows = []
    for record in islice(sample_records(row), _SHOWN_ROWS):
        wrong = _wrong(reader, record)
        cells = [(record.cells[place], wrong is not None and wrong.field == target)
                 for target, place in places]  # fmt: skip
        rows.append((cells, said(wrong.fault.what) if wrong else "",
                     said(wrong.fault.fix) if wrong else ""))  # fmt: skip
    return {"preview_heads": titles, "preview": rows}


def _wrong(reader: Reader, record: Any) -> Wrong | None:
    try:
        reader.read(record)
    except Wrong as error:
        return error
    except (KeyError, ValueError):  # of a mapping that is incomplete: told above
        return None
    return None
