"""The registry of criteria: the leaves of a condition. A leaf owns schema, evaluation, sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

import msgspec

from marketing.conditions.offer import Offer
from marketing.conditions.operators import OPERATORS
from marketing.conditions.types import TODAY, Column, Columns, Mask, Operand, Ref, TraitSpec
from marketing.kernel.registry import Registry
from marketing.kernel.text import Language

# How a column is called in the operators' language.
Label: TypeAlias = Callable[[Ref, Language], str]


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract: one column compared with one operand by one operator."""

    # How the rule builder offers it; None: under its file's name, with the inputs of its types.
    offer: ClassVar[Offer | None] = None

    op: str
    value: Operand = None

    def ref(self) -> Ref:
        """The persona column that is read."""
        raise NotImplementedError

    def traits(self) -> tuple[TraitSpec, ...]:
        """What must be computed so that the column exists; nothing if others provide it."""
        return ()

    def subject(self, language: Language, label: Label) -> str:
        """What is compared, in words."""
        return label(self.ref(), language)

    def evaluate(self, columns: Columns) -> Mask:
        operator = OPERATORS.get(self.op)
        today = columns.column(TODAY).values if operator.needs_today else 0
        return operator.compare(columns.column(self.ref()), self.value, int(today or 0))

    def seen(self, columns: Columns) -> Column:
        """The value that decided, for an explanation."""
        return columns.column(self.ref())

    def describe(self, language: Language, label: Label) -> str:
        operator = OPERATORS.get(self.op)
        space = " " if language == "en" else ""
        return f"{self.subject(language, label)}{space}{operator.say(self.value, language)}"


CRITERIA: Registry[Criterion] = Registry(__name__, Criterion, "criterion")
