"""A cell's text as a value. All raise Wrong; a value is never guessed where two are possible."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from marketing.events.messages import FUTURE, OLDEST
from marketing.imports.faults import (
    AMBIGUOUS_DATE,
    BAD_FLAG,
    BAD_MOMENT,
    BAD_NUMBER,
    IN_FUTURE,
    NOT_WHOLE,
    OUT_OF_RANGE,
    TOO_FINE,
    TOO_OLD,
    Wrong,
)
from marketing.imports.types import Setting
from marketing.kernel.money import minor_digits

MOST = 2**53
YES = frozenset({"true", "yes", "y", "t", "1", "on", "是", "有", "同意", "已同意", "允许"})
NO = frozenset({"false", "no", "n", "f", "0", "off", "否", "无", "不同意", "未同意", "拒绝"})
_SYMBOLS = re.compile(r"^[¥￥$€£]|[¥￥$€£元]$")
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?(\d{1,3}([. ]\d{3})+|\d+)(,\d+)?")
_DATE = re.compile(
    r"(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?"
    r"(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?\s*([AP]M)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)


def plain(text: str) -> str:
    """Without the blanks around it, full-width signs made narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def decimal(text: str, setting: Setting) -> Decimal:
    """``1,299.50``, or ``1.299,50`` with the decimal comma; a currency's sign may stand there."""
    written = _SYMBOLS.sub("", plain(text)).strip()
    shape = _COMMA if setting.decimal_comma else _POINT
    if not written.isascii() or not shape.fullmatch(written):
        raise Wrong(BAD_NUMBER)
    if setting.decimal_comma:
        written = re.sub(r"[. ]", "", written).replace(",", ".")
    try:
        value = Decimal(written.replace(",", ""))
    except InvalidOperation:
        raise Wrong(BAD_NUMBER) from None
    if abs(value) >= MOST:
        raise Wrong(OUT_OF_RANGE)
    return value


def number(text: str, setting: Setting) -> int | float:
    value = decimal(text, setting)
    return int(value) if value == value.to_integral_value() else float(value)


def whole(text: str, setting: Setting, most: int = MOST) -> int:
    """From 0 to ``most``."""
    value = decimal(text, setting)
    if value != value.to_integral_value():
        raise Wrong(NOT_WHOLE)
    if not 0 <= value <= most:
        raise Wrong(OUT_OF_RANGE)
    return int(value)


def cents(text: str, currency: str, setting: Setting, most: int = MOST) -> int:
    """Minor units of an amount that is written in major ones."""
    value = decimal(text, setting).scaleb(minor_digits(currency))
    if value != value.to_integral_value():
        raise Wrong(TOO_FINE)
    if not 0 <= value <= most:
        raise Wrong(OUT_OF_RANGE)
    return int(value)


def flag(text: str) -> bool:
    word = plain(text).lower()
    if word in YES or word in NO:
        return word in YES
    raise Wrong(BAD_FLAG)


def moment(text: str, setting: Setting) -> datetime:
    """In UTC. Without a zone it is the setting's local time; without a time, its midnight."""
    found = _digits(plain(text)) or _written(plain(text), setting)
    local = found if found.tzinfo else found.replace(tzinfo=setting.zone)
    try:
        at = local.astimezone(UTC)
    except OverflowError:
        raise Wrong(BAD_MOMENT) from None
    if at < OLDEST:
        raise Wrong(TOO_OLD)
    if at > setting.now + FUTURE:
        raise Wrong(IN_FUTURE)
    return at


def day(text: str, setting: Setting) -> str:
    """A date of any time, as ``1990-05-17``."""
    return (_digits(plain(text)) or _written(plain(text), setting)).date().isoformat()


def _digits(written: str) -> datetime | None:
    """``20260131``, or seconds or milliseconds since 1970."""
    if not (written.isascii() and written.isdigit()):
        return None
    try:
        if len(written) == 8:
            return datetime.strptime(written, "%Y%m%d")  # noqa: DTZ007 - the zone is set after
        if len(written) in (10, 13):
            return datetime.fromtimestamp(int(written[:10]), UTC)
    except (ValueError, OverflowError):
        pass
    raise Wrong(BAD_MOMENT)


def _written(written: str, setting: Setting) -> datetime:
    found = _DATE.fullmatch(written)
    if found is None:
        raise Wrong(BAD_MOMENT)
    first, second, third, hour, minute, second_s, fraction, half, offset = found.groups()
    year, month, date = _ordered(first, second, third, setting)
    try:
        return datetime(
            year, month, date, _hour(int(hour or 0), half), int(minute or 0), int(second_s or 0),
            int((fraction or "0").ljust(6, "0")), tzinfo=_offset(offset),
        )  # fmt: skip
    except ValueError:
        raise Wrong(BAD_MOMENT) from None


def _ordered(first: str, second: str, third: str, setting: Setting) -> tuple[int, int, int]:
    """Year, month, day."""
    if len(first) == 4 and len(third) <= 2:
        return int(first), int(second), int(third)
    if len(first) > 2 or len(third) != 4:
        raise Wrong(BAD_MOMENT)
    if setting.date_order == "ymd":
        raise Wrong(AMBIGUOUS_DATE)
    month, date = (second, first) if setting.date_order == "dmy" else (first, second)
    return int(third), int(month), int(date)


def _hour(hour: int, half: str | None) -> int:
    """Noon is 12 PM, midnight 12 AM."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.upper() == "PM" else 0)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() == "Z":
        return UTC
    minutes = 60 * int(text[1:3]) + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
