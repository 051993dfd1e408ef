"""The registry of surprises: each kind is a small rule over what came and what was known before.

``in_chunk`` looks at a stretch of the log as it is learned, ``on_day`` at a day that is over. What
the first 24 hours of a workspace bring is learned without a word, and so are the properties of an
event's own first 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from marketing.events.seen import Seen, SeenEvent
from marketing.kernel.local_days import DAY_US
from marketing.kernel.registry import Registry
from marketing.kernel.text import Language, Text

Value = str | int | float


@dataclass(frozen=True)
class Found:
    """``mark`` tells apart what one kind finds of one property; ``what``: the sentence's values."""

    event: str = ""
    property: str = ""
    mark: str = ""
    times: int = 1
    what: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownEvent:
    """``types``: property to values by JSON type."""

    first_received_us: int
    events: int
    types: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """What was seen, and what was known before it.

    ``quiet_until_us``: the end of the workspace's first 24 hours. ``left_out``: how many events or
    properties had a name beyond what the catalogue learns.
    """

    seen: Seen
    known: Mapping[str, KnownEvent]
    quiet_until_us: int
    left_out: int = 0

    def loud(self) -> Iterable[tuple[str, SeenEvent]]:
        """Events that came after the first 24 hours, by name."""
        for name, event in self.seen.events.items():
            if event.last_received_us >= self.quiet_until_us:
                yield name, event

    def quiet_until(self, name: str) -> int:
        """The end of the first 24 hours of an event, and of the workspace."""
        known = self.known.get(name)
        first = known.first_received_us if known else self.seen.events[name].first_received_us
        return max(self.quiet_until_us, first + DAY_US)

    def before(self, name: str, property: str) -> Mapping[str, int]:
        """A property's values by type before this stretch."""
        known = self.known.get(name)
        return known.types.get(property, {}) if known else {}


@dataclass(frozen=True)
class Came:
    """A day of receipt."""

    events: int
    late: int


@dataclass(frozen=True)
class Day:
    """A day that is over.

    ``events``: of each event the day's number and those of the same weekday in the eight weeks
    before, newest first; None where the event was not known yet. ``came``: the day's receipt and
    that of up to 28 days before, newest first, days without any left out.
    """

    of: date
    events: Mapping[str, Sequence[int | None]]
    came: Sequence[Came]


class SurpriseKind:
    """The contract. ``says`` may name event, property and whatever ``Found.what`` holds."""

    label: ClassVar[Text]
    says: ClassVar[Text]
    # What the kind finds, as it is stored: its sentence must hold with it.
    example: ClassVar[Found]

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        """What is surprising in a stretch of the log."""
        return ()

    @classmethod
    def on_day(cls, day: Day) -> Iterable[Found]:
        """What is surprising about a day that is over."""
        return ()


SURPRISES: Registry[SurpriseKind] = Registry(__name__, SurpriseKind, "kind of surprise")


def sentence(
    kind: str, event: str, property: str, what: Mapping[str, Value], language: Language
) -> str:
    """In words; of a kind that is no longer known, its name."""
    if kind not in SURPRISES:
        return f"{kind} {event} {property}".strip()
    try:
        return SURPRISES.get(kind).says.say(language, event=event, property=property, **what)
    except (KeyError, IndexError, ValueError):  # stored by another release
        return f"{kind} {event} {property}".strip()
