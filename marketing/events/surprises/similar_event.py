"""An event whose name nearly is one that is known: in case, in spaces, or by a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.events.surprises._near import nearest
from marketing.kernel.text import Text


class SimilarEvent(SurpriseKind):
    label: ClassVar[Text] = Text("Name nearly known", "名称近似")
    says: ClassVar[Text] = Text(
        "“{event}” is nearly “{near}”: traits and segments of the one do not count the other",
        "“{event}”与“{near}”几乎相同：按其中一个统计的特征与人群不会计入另一个",
    )
    example: ClassVar[Found] = Found(
        event="order completed", mark="Order Completed", what={"near": "Order Completed"}
    )

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            if name in chunk.known or event.first_received_us < chunk.quiet_until_us:
                continue
            near = nearest(name, chunk.known)
            if near is not None:
                yield Found(event=name, mark=near, times=event.events, what={"near": near})
