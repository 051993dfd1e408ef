"""What the builder is told: the vocabulary, in one language."""

from __future__ import annotations

import msgspec

Plain = bool | int | float | str


class OfferedField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input of a leaf. ``kind``: a list of ``Vocabulary.choices`` or an input of the builder.

    ``label``: stands before it; empty: the input needs none. ``many``: a list of such values is
    taken too; ``single`` false: nothing but a list. ``fields``: of the form, where kind is "form",
    or of one of several, where it is "items". ``options``: the only values there are. ``default``:
    what holds where the field is left out.
    """

    name: str
    kind: str
    label: str
    required: bool
    many: bool = False
    single: bool = True
    default: object = None
    options: tuple[Plain, ...] = ()
    fields: tuple[OfferedField, ...] = ()


class OfferedCriterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of leaf. ``compares``, ``verbs``, ``unit``, ``start``, ``editor``: as in ``Offer``.

    ``operators``: those that are offered, with their words; empty: all that compare such values.
    ``op``: what holds where the leaf leaves it out; None: it may not.
    """

    type: str
    title: str
    family: str
    fields: tuple[OfferedField, ...]
    compares: str | None
    verbs: tuple[str, str] | None
    operators: dict[str, str]
    unit: str
    start: dict[str, object]
    editor: str
    op: str | None
    value: object


class OfferedFamily(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One button: what it adds is the first of ``criteria``."""

    name: str
    title: str
    icon: str
    tone: str
    criteria: tuple[str, ...]


class OfferedOperator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``takes``: see ``Operator.takes``. ``on``: which kinds it compares.

    ``reads``: date, version, set or region, where it understands such texts alone; else empty.
    ``times``: how it counts ("at least"); None: it does not.
    """

    name: str
    label: str
    takes: str
    on: tuple[str, ...]
    reads: str
    times: str | None


class OfferedFunction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trait function. ``kinds``: of the properties that it reads; empty: it needs none.

    ``gives``: the kind of its answer.
    """

    name: str
    label: str
    kinds: tuple[str, ...]
    gives: str


class KnownProperty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``kind``: number, text or flag. ``values``: the commonest first; of texts only."""

    name: str
    label: str
    kind: str
    values: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that the workspace knows. ``kind``: of its values, empty where it has none.

    ``values``: the commonest first; ``labels``: their names, where there are no others. ``reads``:
    what its texts look like (see ``OfferedOperator``); None: nobody knows.
    ``properties``: an event's. ``seen``: false for what conditions may name although nothing of it
    has come yet.
    """

    name: str
    label: str
    kind: str = ""
    values: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    reads: tuple[str, ...] | None = None
    properties: tuple[KnownProperty, ...] = ()
    seen: bool = True


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the builder offers and says; it knows nothing else.

    ``version`` and ``max_depth`` are the language's. ``choices``: by the kind of a field;
    ``searched``: the kinds of which there may be more than is listed.
    """

    version: int
    max_depth: int
    families: tuple[OfferedFamily, ...]
    criteria: tuple[OfferedCriterion, ...]
    operators: tuple[OfferedOperator, ...]
    filter_operators: tuple[OfferedOperator, ...]
    choices: dict[str, tuple[Choice, ...]]
    searched: tuple[str, ...]
    functions: tuple[OfferedFunction, ...]
    words: dict[str, str]
