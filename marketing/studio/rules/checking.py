"""Everything that is wrong with a condition, each at its place, before anybody is counted."""

from __future__ import annotations

from collections.abc import Iterable

from marketing.conditions.groups import Node
from marketing.kernel.errors import MarketingError
from marketing.studio.rules import draft, mistakes
from marketing.studio.rules.draft import Draft
from marketing.studio.rules.mistakes import Problem
from segments.models import Segment


def problems(found: Draft, own_key: str | None) -> list[Problem]:
    """In the operator's words; ``own_key``: of the segment that it is for, None for a new one."""
    said = [mistakes.problem(mistake) for mistake in found.mistakes]
    return [*said, *_references(found, own_key)]


def nodes(segments: Iterable[Segment]) -> dict[str, Node]:
    """By key, of those whose stored condition parses."""
    found = {}
    for segment in segments:
        try:
            found[segment.key] = segment.node
        except MarketingError:
            continue
    return found


def _references(found: Draft, own_key: str | None) -> Iterable[Problem]:
    """A refresh knows the active segments only, so an inactive one is as good as none."""
    active = list(Segment.objects.filter(active=True))
    names = {each.key: str(each) for each in active}
    for pointer, error in draft.references(found.leaves, nodes(active), own_key):
        if error.code == "segment_cycle":
            yield mistakes.circle(pointer, error, names)
        else:
            yield mistakes.unknown(pointer, error)
