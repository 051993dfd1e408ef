"""The registry of insights: typed questions about what people do, answered from their events.

A member is a question: its fields and their bounds are its schema. ``answer`` reads the events once
where it can and gives a frozen typed result, which survives JSON. It knows no database, no web and
no other room: who is in which group, and what a content is called, is handed in. Heavy libraries
are imported inside ``answer`` only, because the web process reads the registry too.
Laws: events after ``now`` change nothing; without events there is an empty result or a refusal that
says what is missing; question and result survive JSON; the order of the events is of no account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.errors import Conflict
from marketing.kernel.moments import microseconds
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from marketing.events.scans import Source


class Breakdown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what people are told apart: an attribute's values, or a segment's members and the rest."""

    kind: Literal["attribute", "segment"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


@dataclass(frozen=True)
class Groups:
    """``codes`` int32[n] by ordinal: an index into ``labels``, -1 = in none of them."""

    codes: NDArray[np.int32]
    labels: tuple[str, ...]

    def of(self, people: NDArray[np.int64]) -> NDArray[np.int32]:
        """int32[m]; ordinals beyond the array are in no group."""
        found = np.full(len(people), -1, dtype=np.int32)
        known = people < len(self.codes)
        found[known] = self.codes[people[known]]
        return found


Titles = Callable[[Iterable[str]], Mapping[str, str]]
# The share that is done, 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Moment:
    """All that an answer depends on besides the question and the events.

    ``titles``: content ids to what they are called; unknown ids may be absent. ``groups``: what the
    question's breakdown names.
    """

    now: datetime
    zone: ZoneInfo
    groups: Groups | None = None
    titles: Titles = lambda ids: {}
    progress: Progress = lambda share: None

    @property
    def now_us(self) -> int:
        """Microseconds since 1970 UTC."""
        return microseconds(self.now)


class Refused(Conflict):
    """The events do not allow an answer; said in both languages, with what would help."""

    def __init__(self, code: str, why: Text, remedy: Text, **values: object) -> None:
        self.why = Text(why.say("en", **values), why.say("zh", **values))
        self.remedy = Text(remedy.say("en", **values), remedy.say("zh", **values))
        super().__init__(self.why.en, code=code, fix=self.remedy.en)


class Insight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract. ``example`` is a question as JSON: of the documents, and of the laws."""

    label: ClassVar[Text]
    result: ClassVar[type[msgspec.Struct]]
    example: ClassVar[Mapping[str, Any]]
    # Raised when the same question is answered differently: what is stored is asked again.
    version: ClassVar[int] = 1

    def events(self) -> tuple[str, ...]:
        """The names of the events that are read."""
        raise NotImplementedError

    def told_apart_by(self) -> Breakdown | None:
        """What ``Moment.groups`` has to hold."""
        return None

    def answer(self, source: Source, moment: Moment) -> msgspec.Struct:
        """A value of type ``result``. Raises Refused where the events do not allow one."""
        raise NotImplementedError


INSIGHTS: Registry[Insight] = Registry(__name__, Insight, "insight")
