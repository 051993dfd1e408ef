"""Persona columns on disk: immutable folders of memory-mapped arrays, and an overlay of rows.

A column is one ``.npy``: float64 (NaN = missing) or int32 codes (-1 = missing) whose categories
stand in the manifest. A version is written to a temporary folder and renamed; the pointer in SQL
names the version and its overlay, so readers see the old or the new, never half.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Container, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable


class Written(msgspec.Struct, frozen=True):
    """One column's line in the manifest."""

    kind: str
    name: str
    categories: tuple[str, ...] | None = None


def write(
    folder: Path, columns: Mapping[Ref, Column], ordinals: NDArray[np.int64] | None = None
) -> None:
    """All columns, atomically. ``ordinals`` (int64[m]) makes it an overlay of those rows."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
    lines = []
    for i, (ref, column) in enumerate(columns.items()):
        np.save(half / f"{i}.npy", _plain(column))
        lines.append(Written(ref.kind, ref.name, column.categories))
    if ordinals is not None:
        np.save(half / "ordinals.npy", ordinals)
    (half / "manifest.json").write_bytes(msgspec.json.encode(lines))
    if folder.exists():
        shutil.rmtree(folder)
    half.replace(folder)


def _plain(column: Column) -> NDArray[np.generic]:
    values = np.asarray(column.values)
    if column.categories is not None:
        return np.where(column.present, values, -1).astype(np.int32)
    return np.where(column.present, values.astype(np.float64), np.nan)


@lru_cache(maxsize=8)
def read(folder: Path) -> dict[Ref, Column]:
    """Memory-mapped; raises Unavailable when a file is missing or damaged."""
    try:
        lines = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=list[Written])
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise _damaged() from error
    return {Ref(w.kind, w.name): _column(folder / f"{i}.npy", w) for i, w in enumerate(lines)}


def _damaged() -> Unavailable:
    return Unavailable(
        "The stored personas are missing or damaged",
        code="personas_damaged",
        fix="Run `python manage.py refresh`: they are rebuilt from the events.",
    )


def read_ordinals(folder: Path) -> NDArray[np.int64]:
    """int64[m]: whose rows an overlay holds. Raises Unavailable like ``read``."""
    return np.asarray(load(folder / "ordinals.npy"), dtype=np.int64)


def load(path: Path) -> NDArray[Any]:
    """Memory-mapped; raises Unavailable when the file is missing or damaged."""
    try:
        found: NDArray[Any] = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise _damaged() from error
    return found


def _column(path: Path, written: Written) -> Column:
    values = load(path)
    present = values >= 0 if written.categories is not None else ~np.isnan(values)
    return Column(values, present, written.categories)


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


def overlaid(base: Column, fresh: Column, ordinals: NDArray[np.int64], size: int) -> Column:
    """``base`` lengthened to ``size``, with the fresh rows in their places."""
    if base.categories is None and fresh.categories is None:
        values = np.full(size, np.nan)
        values[: len(np.asarray(base.values))] = _plain(base)
        values[ordinals] = _plain(fresh)
        return Column(values, ~np.isnan(values))
    base, fresh = as_text(base), as_text(fresh)
    if base.categories is None or fresh.categories is None:
        raise AssertionError("a text column has categories")
    categories = tuple(dict.fromkeys((*base.categories, *fresh.categories)))
    place = {category: code for code, category in enumerate(categories)}
    recode = np.array([*(place[c] for c in fresh.categories), -1], dtype=np.int32)
    codes = np.full(size, -1, dtype=np.int32)
    codes[: len(np.asarray(base.values))] = _plain(base)
    codes[ordinals] = recode[_plain(fresh).astype(np.int64)]
    return Column(codes, codes >= 0, categories)


def prune(root: Path, *, keep: int, using: Container[str]) -> None:
    """Remove what is neither in use nor among the newest ``keep`` of its family.

    Families are base versions, overlays, each score's files, and halves left by a crash.
    """
    families: dict[str, list[Path]] = {}
    for each in sorted(root.iterdir(), key=lambda path: path.stat().st_mtime):
        families.setdefault(_family(each.name), []).append(each)
    for members in families.values():
        for old in members[:-keep]:
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
