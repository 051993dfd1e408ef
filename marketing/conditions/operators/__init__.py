"""The registry of operators: how a value compares with an operand.

Law: total on every value. ``test`` gets values of the operator's own type only (the evaluator
answers false for a missing value or one of another type) and broadcasts over numpy arrays.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.saying import say_value
from marketing.conditions.types import Column, Mask, Operand, Scalar
from marketing.kernel.registry import Registry
from marketing.kernel.text import Language, Text


class Operator:
    """The contract. ``takes``: what the operand must be (see ``parse.check_operand``)."""

    # "number", "text", "scalar", "list", "pair", "nothing", "date", "days", "version"
    takes: ClassVar[str]
    on: ClassVar[frozenset[str]]  # which values it compares: "number", "text", "flag"
    phrase: ClassVar[Text]  # with {value}
    phrase_of_one: ClassVar[Text | None] = None  # where 1 is said otherwise: a day, not 1 days
    times: ClassVar[Text | None] = None  # how it counts: "at least" 3 times; None: it does not
    # Which texts it understands: "date", "version", "set", "region"; empty: any.
    reads: ClassVar[str] = ""
    needs_today: ClassVar[bool] = False

    @classmethod
    def test(cls, value: NDArray[np.generic] | Scalar, operand: Operand) -> Mask:
        """Broadcasts; for text it is called once per distinct value."""
        raise NotImplementedError

    @classmethod
    def bound(cls, operand: Operand, today: int) -> Operand:
        """What ``test`` is given where it needs the local day (days since 1970-01-01)."""
        return operand

    @classmethod
    def say(cls, operand: Operand, language: Language) -> str:
        """The comparison with this operand, in words."""
        phrase = cls.phrase_of_one if cls.phrase_of_one and operand == 1 else cls.phrase
        return phrase.say(language, value=say_value(operand, language))

    @classmethod
    def compare(cls, column: Column, operand: Operand, today: int = 0) -> Mask:
        """Missing is false. bool[n] for a population, bool for one person."""
        operand = cls.bound(operand, today)
        if column.categories is not None and isinstance(column.values, np.ndarray):
            answers = [cls._suits(c) and bool(cls.test(c, operand)) for c in column.categories]
            lookup = np.array([*answers, False], dtype=bool)
            codes = np.where(column.present, column.values, len(answers)).astype(np.int64)
            return lookup[codes]
        if isinstance(column.values, np.ndarray):
            if not cls._suits_array(column.values):
                return np.zeros(len(column.values), dtype=bool)
            return np.asarray(cls.test(column.values, operand), dtype=bool) & column.present
        return bool(
            column.present and cls._suits(column.values) and cls.test(column.values, operand)
        )

    @classmethod
    def _suits(cls, value: Scalar) -> bool:
        if isinstance(value, bool):
            return "flag" in cls.on
        if isinstance(value, str):
            return "text" in cls.on
        return isinstance(value, int | float) and "number" in cls.on

    @classmethod
    def _suits_array(cls, values: NDArray[np.generic]) -> bool:
        return ("flag" if values.dtype == np.bool_ else "number") in cls.on


OPERATORS: Registry[Operator] = Registry(__name__, Operator, "operator")
