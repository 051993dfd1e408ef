"""Persona columns on disk: immutable folders of memory-mapped arrays, and an overlay of rows.

A column is one ``.npy``: int32 whole numbers that nobody misses, float64 (NaN = missing), or int32
codes (-1 = missing) into its categories. A version is written to a temporary folder and renamed;
the pointer in SQL names the version and its overlay, so readers see the old or the new, never
half. What did not change since an earlier version is linked, not written again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable

# How the folder of a history begins (``marketing/personas/history/``).
HISTORY = "history"


class Written(msgspec.Struct, frozen=True):
    """One column's line in the manifest; equal columns share a file."""

    kind: str
    name: str
    file: str
    is_text: bool = False


def write(folder: Path, columns: Mapping[Ref, Column], **arrays: NDArray[np.int64]) -> None:
    """All columns, atomically. An overlay has ``ordinals`` (int64[m]): whose rows it holds."""
    lines: list[Written] = []
    files: dict[int, str] = {}
    with written(folder) as half:
        for ref, column in columns.items():
            if id(column.values) not in files:
                files[id(column.values)] = str(len(files))
                _save(half, files[id(column.values)], column)
            lines.append(Written(*ref, files[id(column.values)], column.categories is not None))
        for name, array in arrays.items():
            np.save(half / f"{name}.npy", array)
        (half / "manifest.json").write_bytes(msgspec.json.encode(lines))


@contextmanager
def written(folder: Path) -> Iterator[Path]:
    """A folder to write into that becomes ``folder`` in one step, at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
    yield half
    if folder.exists():
        shutil.rmtree(folder)
    half.replace(folder)


def _save(folder: Path, name: str, column: Column) -> None:
    source = _stored(column.values)
    if column.categories is not None:
        column = column if source is not None else _only_used(column)
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(column.categories))
    if source is not None:
        os.link(source, folder / f"{name}.npy")
    else:
        np.save(folder / f"{name}.npy", plain(column))


def _only_used(column: Column) -> Column:
    """Without words that nobody has any more: they may have been somebody's who was erased."""
    categories = column.categories or ()
    codes = plain(column)
    used = np.unique(codes[codes >= 0])
    if len(used) == len(categories):
        return column
    recode = np.full(len(categories) + 1, -1, dtype=np.int32)
    recode[used] = np.arange(len(used))
    return as_column(recode[codes], tuple(categories[code] for code in used.tolist()))


def _stored(values: object) -> Path | None:
    """The file that these very values are mapped from, if they are all of it."""
    if not isinstance(values, np.memmap) or values.filename is None:
        return None
    path = Path(values.filename)
    whole = values.offset + values.nbytes
    return path if path.exists() and path.stat().st_size == whole else None


def plain(column: Column) -> NDArray[Any]:
    """The values as they are stored."""
    values = np.asarray(column.values)
    if column.categories is not None:
        return np.where(column.present, values, -1).astype(np.int32)
    if values.dtype == np.int32:
        return values
    return np.where(column.present, values.astype(np.float64), np.nan)


@lru_cache(maxsize=8)
def read(folder: Path) -> dict[Ref, Column]:
    """Memory-mapped; raises Unavailable when a file is missing or damaged."""
    try:
        lines = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=list[Written])
        found = {line.file: _column(folder, line) for line in lines}
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise damaged() from error
    return {Ref(line.kind, line.name): found[line.file] for line in lines}


def damaged() -> Unavailable:
    """Files of the personas are not there, or not what they were."""
    return Unavailable(
        "The stored personas are missing or damaged",
        code="personas_damaged",
        fix="Run `python manage.py refresh`: they are rebuilt from the events.",
    )


def read_ordinals(folder: Path, name: str = "ordinals") -> NDArray[np.int64]:
    """int64[m]: whose rows an overlay holds. Raises Unavailable like ``read``."""
    return np.asarray(load(folder / f"{name}.npy"), dtype=np.int64)


def load(path: Path) -> NDArray[Any]:
    """Memory-mapped; raises Unavailable when the file is missing or damaged."""
    try:
        found: NDArray[Any] = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise damaged() from error
    return found


def _column(folder: Path, line: Written) -> Column:
    values = load(folder / f"{line.file}.npy")
    if not line.is_text:
        return as_column(values)
    words = (folder / f"{line.file}.json").read_bytes()
    return as_column(values, msgspec.json.decode(words, type=tuple[str, ...]))


def as_column(values: NDArray[Any], categories: tuple[str, ...] | None = None) -> Column:
    """Stored values with who has one: read from the values themselves."""
    if categories is not None:
        return Column(values, values >= 0, categories)
    if values.dtype == np.int32:
        return Column(values, np.broadcast_to(np.True_, values.shape))
    return Column(values, ~np.isnan(values))


def as_text(column: Column) -> Column:
    """The column as text: what a rebuild makes of an attribute that was said with several types."""
    if column.categories is not None:
        return column
    values = np.asarray(column.values, dtype=np.float64)
    known = np.flatnonzero(column.present)
    texts = [number_text(values[row]) for row in known.tolist()]
    categories = tuple(sorted(set(texts)))
    place = {category: code for code, category in enumerate(categories)}
    codes = np.full(len(values), -1, dtype=np.int32)
    codes[known] = [place[text] for text in texts]
    return Column(codes, codes >= 0, categories)


def number_text(number: float) -> str:
    """A number among texts: 3, not 3.0; flags are 1 and 0."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def lengthened(column: Column, size: int) -> Column:
    """With missing (or, of whole numbers, zero) for the people beyond its end."""
    values = plain(column)
    if len(values) >= size:
        return column
    filler = -1 if column.categories is not None else 0 if values.dtype == np.int32 else np.nan
    longer = np.full(size, filler, dtype=values.dtype)
    longer[: len(values)] = values
    return as_column(longer, column.categories)


def patched(base: Column, fresh: Column, places: NDArray[np.int64]) -> Column:
    """A copy of ``base`` with the fresh rows in their places (int64[m])."""
    if base.categories is None and fresh.categories is None:
        values = np.array(plain(base))
        rows = plain(fresh)
        if values.dtype != rows.dtype:
            values = values.astype(np.float64)
        values[places] = rows
        return as_column(values)
    base, fresh = as_text(base), as_text(fresh)
    if base.categories is None or fresh.categories is None:
        raise AssertionError("a text column has categories")
    categories = tuple(dict.fromkeys((*base.categories, *fresh.categories)))
    place = {category: code for code, category in enumerate(categories)}
    recode = np.array([*(place[c] for c in fresh.categories), -1], dtype=np.int32)
    codes = np.array(plain(base))
    codes[places] = recode[plain(fresh).astype(np.int64)]
    return as_column(codes, categories)


def prune(root: Path, *, keep: int, using: Container[str]) -> None:
    """Remove what is neither in use nor among the newest ``keep`` of its family.

    Families are base versions, overlays, each score's files, histories (of which only the one in
    use is kept: it is large, and nobody reads another), and halves left by a crash.
    """
    families: dict[str, list[Path]] = {}
    for each in sorted(root.iterdir(), key=lambda path: path.stat().st_mtime):
        families.setdefault(_family(each.name), []).append(each)
    for family, members in families.items():
        kept = 0 if family == HISTORY else keep
        for old in members[: max(len(members) - kept, 0)]:
            if old.stem in using:
                continue
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)


def _family(name: str) -> str:
    if name.startswith("score-"):
        return name.rsplit("-", 2)[0]
    return "overlay" if "-overlay-" in name else name.split("-", 1)[0]
