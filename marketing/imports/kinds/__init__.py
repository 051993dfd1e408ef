"""The registry of kinds: what a file's rows can be, one kind a file.

A kind names its fields; their titles and synonyms are what the mapping is guessed by. ``parse``
makes one row a typed value or raises Wrong with the field and the fix; ``examine`` asks the
database, for many rows at once, which of them change nothing and which cannot be taken; ``apply``
takes the others, inside the transaction that moves the import's position.
Laws: every header that a field knows finds it; the example parses; whatever a cell holds, a row is
a value or Wrong with a field of the kind; what was applied is known, so twice is once; the order of
the chunks is of no account to what is stored; everything is said in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from marketing.imports.faults import Wrong
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text


class Reads(StrEnum):
    """What a cell of a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    FLAG = "flag"
    MOMENT = "moment"
    MONEY = "money"
    LIST = "list"


class Field(NamedTuple):
    """``synonyms``: other headers by which the column is known, in any case and spacing."""

    key: str
    title: Text
    reads: Reads = Reads.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examined:
    """Indexes into the rows that were asked about."""

    known: frozenset[int] = frozenset()
    wrong: Mapping[int, Wrong] = field(default_factory=dict)


V = TypeVar("V")


class Kind(Generic[V]):
    """The contract. All of it is stateless; ``example`` is a row that parses, by field."""

    label: ClassVar[Text]
    # What it does, in a sentence.
    about: ClassVar[Text]
    fields: ClassVar[tuple[Field, ...]]
    # Of each group one field is needed.
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Whether columns that are no field may become attributes of people.
    takes_attributes: ClassVar[bool] = False
    # What an operator must be permitted besides importing.
    permissions: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, str]]

    @classmethod
    def parse(cls, row: Row) -> V:
        """Pure. What is required is there already. Raises Wrong."""
        raise NotImplementedError

    @classmethod
    def examine(cls, values: Sequence[V], setting: Setting) -> Examined:
        """At most 1,000 values; nothing is changed."""
        return Examined()

    @classmethod
    def apply(cls, values: Sequence[V], setting: Setting) -> None:
        """Take values that are neither known nor wrong. Raises Unavailable: later, then."""
        raise NotImplementedError

    @classmethod
    def finish(cls, setting: Setting) -> None:
        """Once every row is taken; must bear being done twice."""


KINDS: Registry[Kind[Any]] = Registry(__name__, Kind, "kind of import")
