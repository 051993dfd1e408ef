"""Money is an integer of minor units and a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass

# Minor units per major unit that differ from 100 (ISO 4217).
_EXPONENT_ZERO = frozenset({"JPY", "KRW", "VND"})
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def minor_digits(currency: str) -> int:
    """Decimals of a major unit: 2 for CNY, 0 for JPY."""
    return 0 if currency in _EXPONENT_ZERO else 2


@dataclass(frozen=True)
class Money:
    """``cents`` are minor units of ``currency`` (ISO 4217 code); may be negative."""

    cents: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.cents + other.cents, self.currency)

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} ")
        if self.currency in _EXPONENT_ZERO:
            return f"{sign}{symbol}{abs(self.cents):,}"
        whole, rest = divmod(abs(self.cents), 100)
        return f"{sign}{symbol}{whole:,}" + (f".{rest:02d}" if rest else "")
