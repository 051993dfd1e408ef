"""Which artefact serves: move the pointer, forward or back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from marketing.workspace.services import move_pointer
from recommender import artefacts

POINTER = "model:"


def root() -> Path:
    return Path(settings.ARTEFACTS_DIR)


def promote(name: str, version: str, now: datetime) -> None:
    """Serve this version from now on; also how to roll back. The artefact is verified first."""
    artefacts.load(root(), name, version)
    move_pointer(POINTER + name, version, now)
