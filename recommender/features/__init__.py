"""The registry of features: one number per person, from what had happened by a moment.

A member is a frozen struct whose typed fields are its parameters. Law: events after ``as_of_us``
change nothing; the caller cuts the frame and the conformance suite checks that a member does not
depend on the cut.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text


class Feature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract. ``reads`` are event names, ``numbers`` and ``texts`` event properties."""

    reads: ClassVar[tuple[str, ...]]
    numbers: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[tuple[str, ...]] = ()
    label: ClassVar[Text]

    def compute(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """float64[m] aligned with ``people`` (int64[m], sorted, unique); NaN = unknown."""
        raise NotImplementedError

    def needs(self) -> tuple[str, ...]:
        """The event names that this instance reads: ``reads``, unless a parameter names them."""
        return self.reads

    def key(self) -> str:
        """File name and parameters, as the column is called in a manifest."""
        name = type(self).__module__.rpartition(".")[2]
        values = (getattr(self, field) for field in self.__struct_fields__)
        said = ("+".join(value) if isinstance(value, tuple) else f"{value}" for value in values)
        return "_".join([name, *said])


FEATURES: Registry[Feature] = Registry(__name__, Feature, "feature")
