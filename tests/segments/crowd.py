"""Personas written out by hand, for segments to be evaluated over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from marketing.conditions.types import Ref, Scalar
from marketing.personas.types import Personas
from segments.models import Segment
from tests.conditions.worlds import population

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)


def crowd(traits: Mapping[str, Sequence[Scalar]], *, gone: int | None = None) -> Personas:
    """Ordinals from 1 on, one value each; ``gone`` was merged into somebody else."""
    size = 1 + max(map(len, traits.values()))
    exists = np.ones(size, dtype=bool)
    exists[[0] if gone is None else [0, gone]] = False
    columns = {
        Ref("trait", name): population("number", [None, *values]) for name, values in traits.items()
    }
    return Personas("v1", NOW, size, exists, columns)


def more_than(number: float, trait: str = "orders") -> dict[str, Any]:
    return {"type": "trait", "name": trait, "op": "gt", "value": number}


def inside(key: str) -> dict[str, Any]:
    return {"type": "segment", "name": key}


def segment(key: str, *parts: dict[str, Any], **more: Any) -> Segment:
    condition = {"version": 1, "condition": {"all": list(parts)}}
    made = Segment(key=key, name=key.title(), condition=condition, **more)
    made.full_clean()
    made.save()
    return made
