"""Values in words."""

from __future__ import annotations

from marketing.conditions.types import Operand
from marketing.kernel.text import Language


def say_value(value: Operand, language: Language) -> str:
    """An operand in words: texts quoted, flags said, numbers with all digits, lists joined."""
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, tuple):
        joint = {"en": ", ", "zh": "、"}[language]
        return joint.join(say_value(each, language) for each in value)
    return "" if value is None else f"{value:,}".removesuffix(".0")
