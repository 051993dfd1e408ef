"""Numbers as the studio writes them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from marketing.kernel.money import Money

register = template.Library()


@register.filter
def thousands(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


@register.filter
def exact(value: float | None) -> str:
    """With every digit that tells it apart, and no more than six after a percentile's point."""
    if value is None:
        return "—"
    return f"{int(value):,}" if float(value).is_integer() else f"{round(value, 6):,}"


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
def signed(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:+.{digits}f}"


@register.filter
def tiny(value: float) -> str:
    """A probability: three digits, or how small it is at least."""
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"


@register.filter
def rounded(value: object) -> object:
    """A float to what an operator compares: whole, or three digits; anything else as it is."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else round(value, 3)


@register.filter
def money(cents: float | None, currency: str = "CNY") -> str:
    return "—" if cents is None else str(Money(round(cents), currency))


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """A metric's value a person: a share, money in minor units, days, or a plain number."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "money":
        return money(value)
    return _("%s days") % f"{value:,.1f}" if unit == "days" else f"{value:,.2f}"


@register.filter
def change_in_unit(value: float | None, unit: str) -> str:
    """A difference of such values, with its sign; of shares in percentage points."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{100 * value:+.1f}"
    if unit == "money":
        return ("+" if value > 0 else "") + money(value)
    return _("%s days") % f"{value:+,.1f}" if unit == "days" else f"{value:+,.2f}"


@register.filter
def duration(seconds: float | None) -> str:
    """In the largest unit that leaves more than one."""
    if seconds is None:
        return "—"
    if seconds < 90 * 60:
        return _("%s min") % f"{seconds / 60:,.0f}"
    if seconds < 48 * 3600:
        return _("%s hours") % f"{seconds / 3600:,.1f}"
    return _("%s days") % f"{seconds / 86_400:,.1f}"
