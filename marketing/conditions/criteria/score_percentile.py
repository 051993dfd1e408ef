"""Where a prediction stands among everyone scored: 0.8 and above is the top fifth."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text

_SUBJECT = Text("{score} percentile", "{score}百分位")


class ScorePercentile(Criterion, frozen=True, kw_only=True):
    name: str

    def ref(self) -> Ref:
        return Ref("percentile", self.name)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, score=label(Ref("score", self.name), language))
