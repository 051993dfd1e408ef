"""An event of a name that never came before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.events.surprises._near import nearest
from marketing.kernel.text import Text


class NewEvent(SurpriseKind):
    label: ClassVar[Text] = Text("New event", "新事件")
    says: ClassVar[Text] = Text("“{event}” came for the first time", "首次出现事件“{event}”")
    example: ClassVar[Found] = Found(event="Lesson Liked")

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            is_new = name not in chunk.known and event.first_received_us >= chunk.quiet_until_us
            if is_new and nearest(name, chunk.known) is None:
                yield Found(event=name, times=event.events)
