"""Sentences in the operators' languages, for code that knows no framework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """One phrase in both languages; ``str.format`` fields carry the values."""

    en: str
    zh: str

    def say(self, language: Language, **values: object) -> str:
        phrase = self.zh if language == "zh" else self.en
        return phrase.format(**values) if values else phrase


def both(say: Callable[[Language], str]) -> Text:
    """What is said in each language."""
    return Text(say("en"), say("zh"))
