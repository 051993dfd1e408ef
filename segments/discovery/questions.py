"""What can be asked to be learned, as typed JSON."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from marketing.conditions.types import Ref
from marketing.kernel.errors import Invalid
from segments.learning.clusterers import CLUSTERERS
from segments.learning.prepare import Missing
from segments.models import Learning

Task = Learning.Task
# The method that is tried first, and those that are asked where it finds no groups.
AUTO = "auto"
AUTO_METHODS = ("kmeans", "hdbscan")
MOST_COLUMNS = 60
K_MAX = 8
# What is drawn by chance is drawn so again.
SEED = 1
# The kinds of columns that may be learned from: what people said, did, and what is predicted.
KINDS = ("attribute", "trait", "score")

Columns = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST_COLUMNS)]


class _Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``columns``: ``trait:orders``. ``within``: the segment whose members alone are looked at."""

    columns: Columns
    within: str | None = None

    @property
    def refs(self) -> list[Ref]:
        return [ref_of(each) for each in self.columns]


class Groups(_Question, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="groups"):
    """``k`` None: as many as there are, or none."""

    method: str = AUTO
    k: Annotated[int, msgspec.Meta(ge=2, le=20)] | None = None
    missing: Missing = Missing.MEDIAN

    @property
    def methods(self) -> tuple[str, ...]:
        """In the order in which they are asked."""
        if self.method != AUTO:
            return (self.method,)
        return AUTO_METHODS[:1] if self.k is not None else AUTO_METHODS


class Lookalike(_Question, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="lookalike"):
    """``members``: the key of the segment whose like is looked for; ``size``: how many."""

    members: str
    size: Annotated[int, msgspec.Meta(ge=1)]


class Examples(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members of a segment, or who holds a label (with this value, if one is given)."""

    segment: str | None = None
    label: str | None = None
    value: str | None = None


class Rule(_Question, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rule"):
    """``min_precision``: the least share of examples in a part that is picked."""

    examples: Examples
    min_precision: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5


Question: TypeAlias = Groups | Lookalike | Rule
TASKS: dict[type, Task] = {Groups: Task.GROUPS, Lookalike: Task.LOOKALIKE, Rule: Task.RULE}


def question_of(row: Learning) -> Question:
    question: Question = msgspec.convert(row.question, Question)
    return question


def require(question: Question) -> None:
    """Raises Invalid or NotFound for what the types cannot tell."""
    for ref in question.refs:
        if ref.kind not in KINDS:
            raise Invalid(f"{ref} cannot be learned from", code="not_learned_from",
                          pointer="/columns", fix=f"Choose {', '.join(KINDS)}.")  # fmt: skip
    if isinstance(question, Groups) and question.method != AUTO:
        CLUSTERERS.get(question.method)
    if isinstance(question, Rule) and not (question.examples.segment or question.examples.label):
        raise Invalid("There are no examples", code="no_examples", pointer="/examples",
                      fix="Name a segment or a label.")  # fmt: skip


def ref_of(text: str) -> Ref:
    kind, _colon, name = text.partition(":")
    return Ref(kind, name)
