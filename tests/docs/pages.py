"""The documents, their code blocks and their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"|srcset=\"([^\"]+)\"")


class Block(NamedTuple):
    """A fenced block: its language (may be empty) and its text."""

    language: str
    text: str


def pages() -> list[Path]:
    """Both READMEs and everything in docs/."""
    return [*READMES, *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str, *languages: str) -> list[Block]:
    """The fenced blocks of these languages; of all if none is named."""
    found = [Block(*match) for match in _BLOCK.findall(text)]
    return [block for block in found if not languages or block.language in languages]


def prose(text: str) -> str:
    """Without the fenced blocks."""
    return _BLOCK.sub("", text)


def links(text: str) -> Iterator[str]:
    """Targets of links and images outside of code."""
    for match in _LINK.findall(prose(text)):
        yield next(target for target in match if target)


def headings(text: str) -> list[str]:
    """The marks of the headings (``##``), in order."""
    return re.findall(r"^(#+) ", prose(text), re.MULTILINE)
