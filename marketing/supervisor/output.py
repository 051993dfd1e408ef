"""What the programs print, line by line, with their names before it."""

from __future__ import annotations

import itertools
import os
import threading
from typing import TextIO

_COLOURS = (36, 33, 35, 32, 34, 31)  # ANSI: cyan, yellow, magenta, green, blue, red


class Printer:
    """Lines of many threads onto one stream. Colours only where a person looks at it."""

    def __init__(self, stream: TextIO, *, width: int = 8) -> None:
        self._stream = stream
        self._width = width
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}
        self._next = itertools.cycle(_COLOURS)

    def line(self, name: str, text: str) -> None:
        """A closed pipe is no reason to end what is being served."""
        with self._lock:
            try:
                self._stream.write(f"{self._label(name)} {text}\n")
                self._stream.flush()
            except (OSError, ValueError):
                return

    def _label(self, name: str) -> str:
        label = f"{name:<{self._width}}│"
        if not self._coloured:
            return label
        colour = self._colours.setdefault(name, next(self._next))
        return f"\033[{colour}m{label}\033[0m"
