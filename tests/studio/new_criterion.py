"""A criterion that nobody has told the builder of: one file more in the folder of criteria."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEW = '''"""How long ago somebody came to a segment."""

from __future__ import annotations

from typing import Literal

import msgspec

from marketing.conditions.criteria import Criterion
from marketing.conditions.offer import Ask, Family, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Text
from marketing.kernel.windows import ALL_TIME, Window


class Step(msgspec.Struct, frozen=True):
    event: str
    within_days: int = 7


class Waited(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Waited", "等待"), Family("waiting", Text("Waiting", "等待"), "timer", "teal"),
        {"segment": Ask("segment"), "steps.event": Ask("event")}, "number",
    )

    segment: str
    unit: Literal["days", "weeks"] = "days"
    strict: bool = False
    tags: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    window: Window = ALL_TIME

    def ref(self) -> Ref:
        return Ref("waited", self.segment)
'''


@contextmanager
def dropped_in(folder: Path) -> Iterator[None]:
    """``waited`` is a criterion, its file in ``folder``, until the end."""
    from marketing.conditions import criteria

    (folder / "waited.py").write_text(NEW)
    path = list(criteria.__path__)
    criteria.__path__ = [*path, str(folder)]
    criteria.CRITERIA.forget()
    try:
        yield
    finally:
        criteria.__path__ = path
        criteria.CRITERIA.forget()
        sys.modules.pop("marketing.conditions.criteria.waited", None)
