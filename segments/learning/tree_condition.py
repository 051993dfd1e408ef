"""The condition document of a tree: any of its paths that end inside the segment."""

from __future__ import annotations

from collections.abc import Iterator

from marketing.conditions.parse import VERSION
from segments.learning.growing import Branch, Leaf
from segments.learning.questions import Above, Document, Question

Step = tuple[Question, bool]


def document(branch: Branch) -> Document:
    """``{"version": 2, "condition": …}``: true for exactly those whom the tree puts inside."""
    paths = [_all(_shortened(path)) for path in _paths(branch, ())]
    return {"version": VERSION, "condition": paths[0] if len(paths) == 1 else {"any": paths}}


def _paths(branch: Branch, before: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The questions and answers on the way to every leaf that holds."""
    if isinstance(branch, Leaf):
        if branch.holds:
            yield before
        return
    yield from _paths(branch.yes, (*before, (branch.question, True)))
    yield from _paths(branch.no, (*before, (branch.question, False)))


def _shortened(path: tuple[Step, ...]) -> list[Step]:
    """Without bounds that a later bound of the same kind makes superfluous; columns together.

    A path only narrows: a later "more than" on the same column has the higher bound, a later "at
    most" the lower.
    """
    last = {_form(step): step for step in path}
    refs = [question.ref for question, _yes in path]
    kept = [step for step in path if last[_form(step)] is step]
    return sorted(kept, key=lambda step: refs.index(step[0].ref))


def _form(step: Step) -> object:
    question, yes = step
    if isinstance(question, Above):
        return question.ref, question.missing, yes
    return step


def _all(path: list[Step]) -> Document:
    sides = [question.side(yes) for question, yes in path]
    return sides[0] if len(sides) == 1 else {"all": sides}
