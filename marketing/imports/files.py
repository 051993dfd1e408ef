"""Where files lie: below IMPORTS_DIR, under random names, readable by the product alone."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from marketing.imports.faults import FILE_TOO_LARGE, Refusal

# A file that no row names is what a request left that died; younger ones may be in the making.
_ORPHANED = timedelta(days=1)


class Stored(NamedTuple):
    name: str
    size: int
    sha256: str


def folder() -> Path:
    found = Path(settings.IMPORTS_DIR)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(name: str) -> Path:
    return folder() / name


def store(blocks: Iterable[bytes]) -> Stored:
    """On the disk when it returns. Raises Refusal past MAX_IMPORT_BYTES, and keeps nothing then."""
    name, digest, size = f"{uuid.uuid4().hex}.data", hashlib.sha256(), 0
    with os.fdopen(os.open(path_of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        for block in blocks:
            size += len(block)
            if size > settings.MAX_IMPORT_BYTES:
                break
            digest.update(block)
            f.write(block)
        f.flush()
        os.fsync(f.fileno())
    if size > settings.MAX_IMPORT_BYTES:
        remove(name)
        raise Refusal(FILE_TOO_LARGE)
    return Stored(name, size, digest.hexdigest())


def remove(*names: str) -> int:
    """How many were there."""
    removed = 0
    for name in filter(None, names):
        path = path_of(name)
        removed += path.exists()
        path.unlink(missing_ok=True)
    return removed


def sweep(named: Iterable[str], at: datetime) -> int:
    """Remove what no row names; ``at``: the real moment."""
    kept, gone = set(named), 0
    for path in folder().iterdir():
        age = at - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.name not in kept and age > _ORPHANED:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
