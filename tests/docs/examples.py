"""The new members that docs/extending.md shows, by the file each belongs to."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, blocks

EXTENDING = ROOT / "docs" / "extending.md"
_FILE = re.compile(r"# (\S+\.py)\n")


def shown() -> dict[str, str]:
    """Path from the root to the file's text."""
    found = {}
    for block in blocks(EXTENDING.read_text(), "python"):
        named = _FILE.match(block.text)
        assert named, f"no file named in the first line of {block.text[:60]!r}"
        found[named[1]] = block.text
    return found
