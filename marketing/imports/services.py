"""What happens to an import: it is uploaded, mapped, checked, run, stopped, forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from marketing.imports import files
from marketing.imports.encodings import detect, is_parquet
from marketing.imports.faults import (
    BUSY,
    EMPTY_FILE,
    ERASED_MEANWHILE,
    INCOMPLETE,
    NO_FILE,
    STOPPED,
    Fault,
    Refusal,
)
from marketing.imports.kinds import KINDS
from marketing.imports.mapping import problems
from marketing.imports.models import Import, ListedId
from marketing.imports.types import Options
from marketing.imports.working import work
from marketing.kernel.text import Language
from marketing.workspace.asked import lease_of, work_off
from marketing.workspace.models import Lease

KEPT = timedelta(days=30)
Phase, State = Import.Phase, Import.State
_AS_FOUND = Options()


@dataclass(frozen=True)
class Asker:
    """``now``: the workspace's moment; ``at``: the real one, of queues and pruning."""

    now: datetime
    at: datetime
    by: str = ""
    language: Language = "en"


def upload(
    kind: str, file_name: str, blocks: Iterable[bytes], asker: Asker, written: Options = _AS_FOUND
) -> Import:
    """Store a file; a worker looks at it. Raises NotFound for a kind, Refusal for what is no table.

    What the file is, its content says and not its name.
    """
    KINDS.get(kind)
    stored = files.store(blocks)
    try:
        return Import.objects.create(
            kind=kind, file_name=_base_name(file_name), size=stored.size, sha256=stored.sha256,
            stored=stored.name, format=_format(stored), error_file=_error_name(stored.name),
            asked_at=asker.at, asked_by=asker.by, as_of=asker.now, language=asker.language,
            options=msgspec.to_builtins(written),
        )  # fmt: skip
    except BaseException:
        files.remove(stored.name)
        raise


def _format(stored: files.Stored) -> str:
    path = files.path_of(stored.name)
    if not stored.size:
        raise Refusal(EMPTY_FILE)
    if is_parquet(path):
        return Import.Format.PARQUET
    detect(path)
    return Import.Format.CSV


def _base_name(name: str) -> str:
    """Without a path and without what no database stores."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-200:] or "file"


def _error_name(stored: str) -> str:
    return f"{stored.removesuffix('.data')}.errors.csv"


def look_again(row: Import, options: Options, asker: Asker) -> None:
    """With other options the same file may have other columns."""
    _ask(row, Phase.LOOK, asker, options=msgspec.to_builtins(options), mapping={})


def check(
    row: Import, mapping: Mapping[str, str], constants: Mapping[str, str], options: Options,
    asker: Asker,
) -> None:  # fmt: skip
    """Read every row as it would be taken, and take none. Raises Refusal."""
    found = problems(KINDS.get(row.kind), row.headers, mapping, constants)
    if found:
        raise Refusal(_with(INCOMPLETE, [text.en for text in found], [t.zh for t in found]))
    _ask(row, Phase.CHECK, asker, mapping=dict(mapping), constants=dict(constants),
         options=msgspec.to_builtins(options))  # fmt: skip


def _with(fault: Fault, en: list[str], zh: list[str]) -> Fault:
    return fault._replace(fix=fault.fix._replace(en=" ".join(en), zh="".join(zh)))


def run(row: Import, asker: Asker) -> None:
    """Take the rows in, as they were checked. Raises Refusal."""
    if not row.mapping or row.phase == Phase.LOOK:
        raise Refusal(INCOMPLETE)
    _ask(row, Phase.RUN, asker)


def _ask(row: Import, phase: Import.Phase, asker: Asker, **more: Any) -> None:
    """From the first row on. One that runs, or is done, stays as it is."""
    if not row.stored:
        raise Refusal(NO_FILE)
    free = Import.objects.filter(pk=row.pk, stored=row.stored).exclude(state=State.WAITING)
    asked = free.exclude(phase=Phase.RUN).update(
        **row.fresh_start(), phase=phase, state=State.WAITING, asked_at=asker.at,
        asked_by=asker.by, as_of=asker.now, language=asker.language, **more,
    )  # fmt: skip
    if not asked:
        raise Refusal(BUSY)
    files.remove(row.error_file)  # of the attempt before
    row.refresh_from_db()


def stop(row: Import) -> None:
    """What is taken in stays; what waits is not taken. Raises Refusal if it was done before."""
    problem = _problem(STOPPED)
    if not Import.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=State.REFUSED, problem=problem
    ):
        raise Refusal(NO_FILE)
    row.refresh_from_db()


def go_on(row: Import, asker: Asker) -> None:
    """From where it stopped or failed. Raises Refusal where the file is gone."""
    ended = Import.objects.filter(pk=row.pk, state__in=(State.REFUSED, State.FAILED))
    if not row.stored or not ended.update(
        state=State.WAITING, problem=None, tries=0, asked_at=asker.at
    ):
        raise Refusal(NO_FILE)
    row.refresh_from_db()


def discard(row: Import) -> None:
    """The row and its files go. Raises Refusal while it is worked on."""
    if not Import.objects.filter(pk=row.pk).exclude(state=State.WAITING).delete()[0]:
        raise Refusal(BUSY)
    ListedId.objects.filter(key=row.key).delete()
    files.remove(row.stored, row.error_file)


def answer(at: datetime) -> int:
    """A turn of what waits longest; how many: 0 or 1."""
    return work_off(Import, work, at)


def prune(at: datetime) -> int:
    """Forget what was asked a month ago, with its files and its lease; how many.

    Files that no row names go too: what a request left that died.
    """
    files.sweep(
        (n for pair in Import.objects.values_list("stored", "error_file") for n in pair), at
    )
    old = Import.objects.filter(asked_at__lt=at - KEPT).exclude(state=State.WAITING)
    rows = list(old.values_list("pk", "stored", "error_file"))
    for pk, stored, errors in rows:
        files.remove(stored, errors)
        ListedId.objects.filter(key=Import(pk=pk).key).delete()
        Lease.objects.filter(name=lease_of("import", pk)).delete()
    return Import.objects.filter(pk__in=[pk for pk, *_names in rows]).delete()[0]


def forget_files() -> dict[str, int]:
    """A person is erased: no stored file may name them, so none stays.

    What waits is refused, as are files that were not taken in yet; counts of files.
    """
    names = [n for pair in Import.objects.values_list("stored", "error_file") for n in pair]
    gone = files.remove(*names)
    Import.objects.exclude(stored="").update(
        state=State.REFUSED, problem=_problem(ERASED_MEANWHILE)
    )
    Import.objects.update(stored="", error_file="", sample=[], constants={}, error_bytes=0)
    ListedId.objects.all().delete()
    files.remove(*names)  # what a worker wrote until it was told
    return {"files": gone}


def _problem(fault: Fault) -> dict[str, str]:
    return {"code": fault.code, "message": fault.what.en, "fix": fault.fix.en, "pointer": ""}
