"""A town of three kinds of people, through intake, so that whatever learns finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from marketing import pipeline
from marketing.people.queries import by_external_id
from marketing.workspace.models import Workspace
from segments.discovery.asking import ask
from segments.discovery.questions import Question
from segments.models import Learning, Segment
from tests.messages import identify

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Any]
COLUMNS = ("attribute:visits", "attribute:spent")
# (visits, spent) in the middle of each kind.
KINDS = {"keen": (30.0, 100.0), "rich": (10.0, 900.0), "rare": (2.0, 10.0)}
EACH = 80


def fill(workspace: Workspace, send: Send, seed: int = 0) -> None:
    """``keen-0`` to ``rare-79``, in the personas."""
    rng = np.random.default_rng(seed)
    said = []
    for kind, (visits, spent) in KINDS.items():
        for i in range(EACH):
            traits: dict[str, Any] = {
                "visits": visits + rng.normal(),
                "spent": spent + 20 * rng.normal(),
            }
            said.append(identify(f"{kind}-{i}", NOW, kind=kind, **traits))
    send(*said)
    pipeline.refresh(workspace, NOW)


def ordinals(kind: str) -> set[int]:
    return {by_external_id(f"{kind}-{i}").pk for i in range(EACH)}


def segment_of(kind: str) -> Segment:
    """Everybody of this kind, by a rule."""
    leaf = {"type": "attribute", "name": "kind", "op": "eq", "value": kind}
    made = Segment.objects.create(
        key=kind, name=kind.title(), condition={"version": 2, "condition": leaf}
    )
    return made


def learned(workspace: Workspace, question: Question) -> Learning:
    """Asked, and done by the worker's own loop."""
    row = ask(question, datetime.now(UTC), "operator")
    work(workspace)
    row.refresh_from_db()
    return row


def work(workspace: Workspace, now: datetime = NOW) -> None:
    while pipeline.answer(workspace, now, datetime.now(UTC)):
        pass


def members(key: str) -> set[int]:
    newest = Segment.objects.get(key=key).versions.first()
    assert newest is not None
    return set(newest.members)
