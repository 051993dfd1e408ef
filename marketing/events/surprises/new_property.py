"""A property that an event never carried before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text


class NewProperty(SurpriseKind):
    label: ClassVar[Text] = Text("New property", "新属性")
    says: ClassVar[Text] = Text(
        "“{event}” carries “{property}” for the first time", "“{event}”首次带有属性“{property}”"
    )
    example: ClassVar[Found] = Found(event="Order Completed", property="campaign_id")

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            for key, seen in event.properties.items():
                is_new = not chunk.before(name, key)
                if is_new and seen.first_received_us >= chunk.quiet_until(name):
                    yield Found(event=name, property=key, times=seen.types.total())
