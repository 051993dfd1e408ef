"""What a page says to its reader: text, labels, placeholders, and the numbers' names in charts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

_SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")
_SILENT = {"script", "style", "template", "textarea"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:[ \u00a0]+[A-Za-z][A-Za-z'’-]*)+")
CHINESE = re.compile(r"[\u3400-\u9fff]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.data: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.said += [value for name in _SPOKEN if (value := given.get(name))]
        if tag == "input" and given.get("type") == "submit":
            self.said.append(given.get("value") or "")
        if tag in _VOID:
            return
        icon = "material-symbols" in (given.get("class") or "")
        chart = tag == "script" and given.get("type") == "application/json"
        self._open.append(("chart" if chart else tag, icon))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name in _SPOKEN if (value := dict(attrs).get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, _icon = self._open.pop()
            if opened == tag or (opened == "chart" and tag == "script"):
                return

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _icon in self._open]
        if "chart" in tags:
            self.data.append(data)
        elif not _SILENT & set(tags) and not any(icon for _tag, icon in self._open):
            self.said.append(" ".join(data.split()))


def read(html: str) -> list[str]:
    """Everything that a reader of the page sees or hears, piece by piece."""
    reader = _Reader()
    reader.feed(html)
    charts = [word for document in reader.data for word in _strings(json.loads(document))]
    return [said for said in [*reader.said, *charts] if said]


def _strings(value: object) -> Iterator[str]:
    """The texts of a chart; its keys and its unit are not shown."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("unit", "tone"):
                yield from _strings(part)


def strangers(page: str, language: str, given: Iterable[str] = ()) -> list[str]:
    """Words of the other language: Chinese in an English page, Latin in a Chinese one, but for what
    others named (``given``).
    """
    said = read(page)
    if language == "en":
        ours = (piece.replace("知心", "").replace("简体中文", "") for piece in said)
        return [found for piece in ours for found in CHINESE.findall(piece)]
    for name in given:
        said = [piece.replace(name, " · ") for piece in said]
    return [found for piece in said for found in LATIN.findall(piece)]
