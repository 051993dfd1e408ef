"""Frozen values that leave the events room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EventFrame:
    """Events as columns, sorted by (person, at_us).

    person: int64[n] ordinals. at_us: int64[n] microseconds since 1970 UTC.
    event: int32[n] index into ``names``. properties: per requested name float64[n] (NaN = absent)
    or object[n] of str | None.
    """

    person: NDArray[np.int64]
    at_us: NDArray[np.int64]
    event: NDArray[np.int32]
    names: tuple[str, ...]
    properties: Mapping[str, NDArray[np.generic]]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, mask: NDArray[np.bool_]) -> EventFrame:
        """The rows where ``mask`` (bool[n]) is true, order kept."""
        return EventFrame(
            person=self.person[mask],
            at_us=self.at_us[mask],
            event=self.event[mask],
            names=self.names,
            properties={name: values[mask] for name, values in self.properties.items()},
        )

    def until(self, at_us: int) -> EventFrame:
        """What had happened at that moment, the moment itself included."""
        return self.where(self.at_us <= at_us)

    def of(self, *events: str) -> EventFrame:
        """Only events of these names; a name that never occurred matches nothing."""
        codes = [self.names.index(name) for name in events if name in self.names]
        return self.where(np.isin(self.event, codes))

    def number(self, name: str) -> NDArray[np.float64]:
        """float64[n]; NaN where the event has no such number."""
        return np.asarray(self.properties[name], dtype=np.float64)

    def text(self, name: str) -> NDArray[np.object_]:
        """object[n] of str | None."""
        return np.asarray(self.properties[name], dtype=object)
