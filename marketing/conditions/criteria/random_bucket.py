"""A stable random share of people: the bucket of ``seed`` is uniform on [0, 1)."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import SEGMENT, Ask, Offer
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text

_SUBJECT = Text("random number “{seed}”", "随机数“{seed}”")


class RandomBucket(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Random share", "随机抽样"), SEGMENT, {"seed": Ask("text", Text("seed", "种子"))},
        "number", unit="share", start={"seed": "sample-1", "op": "lt", "value": 0.1},
    )  # fmt: skip

    seed: str

    def ref(self) -> Ref:
        return Ref("bucket", self.seed)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, seed=self.seed)
