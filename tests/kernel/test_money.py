from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.kernel.money import Money

CENTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("money", "said"),
    [
        (Money(12_345_678), "¥123,456.78"),
        (Money(500), "¥5"),
        (Money(5), "¥0.05"),
        (Money(-1_205, "EUR"), "-€12.05"),
        (Money(1_205, "JPY"), "¥1,205"),
        (Money(100, "CHF"), "CHF 1"),
        (Money(0, "USD"), "$0"),
    ],
)
def test_money__when_it_is_said__then_in_the_currency_s_own_units(money: Money, said: str) -> None:
    assert str(money) == said


@given(CENTS, CENTS, CENTS)
def test_money__when_added_in_any_grouping__then_the_sum_is_exact(a: int, b: int, c: int) -> None:
    left = (Money(a) + Money(b)) + Money(c)
    assert left == Money(a) + (Money(b) + Money(c)) == Money(a + b + c)


def test_money__when_currencies_differ__then_there_is_no_sum() -> None:
    with pytest.raises(ValueError, match="EUR"):
        Money(1, "USD") + Money(1, "EUR")
