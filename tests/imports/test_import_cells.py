"""Cells as people write them: what is read, and what is not guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.imports import cells
from marketing.imports.faults import Wrong
from marketing.imports.looking import look_of
from marketing.imports.types import Setting

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
POINT = Setting(NOW, ZoneInfo("Asia/Shanghai"))
COMMA = Setting(NOW, ZoneInfo("Asia/Shanghai"), decimal_comma=True)


def code(read: Callable[[], object]) -> str:
    with pytest.raises(Wrong) as caught:
        read()
    return caught.value.code


@pytest.mark.parametrize(("text", "expected"), [
    ("1299.50", 129950), (" ¥1,299.5 ", 129950), ("１２９９", 129900), ("99元", 9900), ("0", 0),
    ("$5", 500), ("1e2", 10000),
])  # fmt: skip
def test_cents__as_people_write_them__then_exact(text: str, expected: int) -> None:
    assert cells.cents(text, "CNY", POINT) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("12,50", "bad_number"), ("1,29,9", "bad_number"), ("1.299,50", "bad_number"),
    ("9.999", "too_fine"), ("-1", "out_of_range"), ("nan", "bad_number"), ("1e99", "out_of_range"),
    ("Infinity", "bad_number"), ("1_000", "bad_number"), ("٣", "bad_number"),
])  # fmt: skip
def test_cents__that_may_mean_something_else__then_not_guessed(text: str, expected: str) -> None:
    assert code(lambda: cells.cents(text, "CNY", POINT)) == expected


def test_cents__of_a_currency_without_minor_units__then_whole() -> None:
    assert cells.cents("1299", "JPY", POINT) == 1299
    assert code(lambda: cells.cents("1299.5", "JPY", POINT)) == "too_fine"


@settings(deadline=None)  # Babel reads its locale the first time
@given(st.integers(0, 10**12).map(lambda cents: cents / 100))
def test_decimal__as_babel_writes_it__then_read_as_the_same(value: float) -> None:
    written = format_decimal(value, "#,##0.00", locale="en")
    assert float(cells.decimal(written, POINT)) == value
    written = format_decimal(value, "#,##0.00", locale="de")
    assert float(cells.decimal(written, COMMA)) == value


@pytest.mark.parametrize(("text", "expected"), [
    ("2024-05-01", "2024-04-30T16:00"), ("2024/5/1 8:30", "2024-05-01T00:30"),
    ("2024年5月1日 08:30", "2024-05-01T00:30"), ("20240501", "2024-04-30T16:00"),
    ("2024-05-01T08:30:00Z", "2024-05-01T08:30"), ("2024-05-01 08:30+0800", "2024-05-01T00:30"),
    ("2024-05-01T08:30:00.123456+02:00", "2024-05-01T06:30"), ("1714552200", "2024-05-01T08:30"),
    ("1714552200000", "2024-05-01T08:30"), ("2024-05-01 12:10 AM", "2024-04-30T16:10"),
    ("２０２４－０５－０１　０８：３０", "2024-05-01T00:30"),
])  # fmt: skip
def test_moment__as_people_write_it__then_in_utc(text: str, expected: str) -> None:
    assert cells.moment(text, POINT).isoformat()[:16] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("01/05/2024", "ambiguous_date"), ("1/5/24", "bad_moment"), ("2024-02-30", "bad_moment"),
    ("2024-05-01 25:00", "bad_moment"), ("1999-12-31", "too_old"), ("2024-06-14", "in_future"),
    ("yesterday", "bad_moment"), ("0000-00-00", "bad_moment"), ("45413", "bad_moment"),
    ("2024-05-01 13:00 PM", "bad_moment"),
])  # fmt: skip
def test_moment__that_is_none_or_two__then_not_guessed(text: str, expected: str) -> None:
    assert code(lambda: cells.moment(text, POINT)) == expected


def test_moment__with_the_order_chosen__then_read_by_it() -> None:
    day_first = Setting(NOW, ZoneInfo("UTC"), date_order="dmy")
    month_first = Setting(NOW, ZoneInfo("UTC"), date_order="mdy")
    assert cells.moment("01/05/2024", day_first).isoformat()[:10] == "2024-05-01"
    assert cells.moment("01/05/2024", month_first).isoformat()[:10] == "2024-01-05"
    assert code(lambda: cells.moment("31/12/2023", month_first)) == "bad_moment"


@given(st.datetimes(datetime(2000, 1, 2), datetime(2024, 6, 11)))  # noqa: DTZ001
def test_moment__as_iso__then_as_the_standard_library_reads_it(local: datetime) -> None:
    aware = local.replace(tzinfo=POINT.zone)
    assert cells.moment(local.isoformat(), POINT) == aware.astimezone(UTC)
    assert cells.moment(aware.isoformat(), POINT) == aware.astimezone(UTC)


@pytest.mark.parametrize(("column", "expected"), [
    (["34", "", "1.5"], "number"), (["007", "12"], "text"), (["13800138000"], "text"),
    (["是", "否", "Yes"], "flag"), (["1", "0"], "number"), (["2024-05-01", "2023/1/2"], "date"),
    (["20240501"], "number"), (["a", "1"], "text"), (["", " "], "text"), (["+8613"], "number"),
])  # fmt: skip
def test_look__of_a_column__then_what_all_of_its_cells_are(
    column: list[str], expected: str
) -> None:
    assert look_of(column) == expected
