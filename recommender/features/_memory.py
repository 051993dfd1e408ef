"""Several features read the same view of one frame at one moment: it is built once."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeVar

from marketing.events.types import EventFrame

V = TypeVar("V")
Build = Callable[[EventFrame, int], V]


def once(build: Build[V]) -> Build[V]:
    """``build(frame, as_of_us)`` remembered while the frame lives, for its latest moment only.

    Frames are values: one whose arrays are changed in place would be answered with the old view.
    """
    kept: dict[int, tuple[weakref.ref[EventFrame], int, V]] = {}

    def read(frame: EventFrame, as_of_us: int) -> V:
        found = kept.get(id(frame))
        # An id is used again after a frame has gone, so the frame itself is compared.
        if found is not None and found[0]() is frame and found[1] == as_of_us:
            return found[2]
        value = build(frame, as_of_us)
        kept[id(frame)] = (_forgetting(kept, frame), as_of_us, value)
        return value

    return read


def _forgetting(
    kept: dict[int, tuple[weakref.ref[EventFrame], int, V]], frame: EventFrame
) -> weakref.ref[EventFrame]:
    """A reference that empties the frame's place when the frame goes."""
    name = id(frame)

    def forget(gone: weakref.ref[EventFrame]) -> None:
        if name in kept and kept[name][0] is gone:
            del kept[name]

    return weakref.ref(frame, forget)
