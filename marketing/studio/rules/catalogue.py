"""Contents and concepts to choose from; of thousands, the first are listed and all are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from marketing.catalog import queries
from marketing.studio.rules.types import Choice

_LISTED, _FOUND = 200, 30


def contents(named: Set[str]) -> Iterable[Choice]:
    """Those that the condition names, then by their titles. ``name``: what events call it."""
    return _once([*queries.titles_of(named).items(), *queries.titles(most=_LISTED).items()])


def concepts(named: Set[str]) -> Iterable[Choice]:
    known = [*queries.concepts_among(named), *queries.concepts(most=_LISTED)]
    return _once((name, name) for name in known)


def _contents_called(text: str) -> Iterable[Choice]:
    return _once(queries.titles(text, most=_FOUND).items())


def _concepts_called(text: str) -> Iterable[Choice]:
    return _once((name, name) for name in queries.concepts(text, most=_FOUND))


# Which lists have more than is listed, and how the rest is found.
SEARCHED: dict[str, Callable[[str], Iterable[Choice]]] = {
    "content": _contents_called,
    "concept": _concepts_called,
}


def _once(pairs: Iterable[tuple[str, str]]) -> Iterable[Choice]:
    return (Choice(name=name, label=label) for name, label in dict(pairs).items())
