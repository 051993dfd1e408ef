"""Numbers as the studio writes them."""

from __future__ import annotations

from django import template

from marketing.kernel.money import Money

register = template.Library()


@register.filter
def thousands(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


@register.filter
def percent(value: float | None) -> str:
    """A share 0..1."""
    return "—" if value is None else f"{value:.1%}"


@register.filter
def points(value: float | None) -> str:
    """A difference of shares, in percentage points with its sign."""
    return "—" if value is None else f"{100 * value:+.1f}"


@register.filter
def decimals(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:.{digits}f}"


@register.filter
def rounded(value: object) -> object:
    """A float to what an operator compares, three digits; anything else as it is."""
    return round(value, 3) if isinstance(value, float) else value


@register.filter
def money(cents: float | None, currency: str = "CNY") -> str:
    return "—" if cents is None else str(Money(round(cents), currency))
