"""Names beyond what the catalogue learns: a client that makes names out of values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.schema import LONGEST_NAME, MOST_EVENTS, MOST_PROPERTIES
from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text


class TooManyNames(SurpriseKind):
    label: ClassVar[Text] = Text("Too many names", "名称过多")
    says: ClassVar[Text] = Text(
        f"Names beyond {MOST_EVENTS:,} events, {MOST_PROPERTIES} properties of an event or "
        f"{LONGEST_NAME} letters are not learned: is a client making names out of values?",
        f"超出 {MOST_EVENTS:,} 个事件、每个事件 {MOST_PROPERTIES} 个属性或 {LONGEST_NAME} 个字符的"
        "名称不再学习：客户端是否把值当成了名称？",
    )
    example: ClassVar[Found] = Found(times=5)

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        if chunk.left_out:
            yield Found(times=chunk.left_out)
