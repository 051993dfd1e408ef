"""Content hashes: the same value has the same name everywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic")


def content_hash(value: object, digits: int = 16) -> str:
    """Hex of the SHA-256 of the value's canonical JSON."""
    return hashlib.sha256(_encoder.encode(value)).hexdigest()[:digits]


def file_hash(path: Path) -> str:
    """Full SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
