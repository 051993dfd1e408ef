from __future__ import annotations

import pytest

from marketing.kernel.errors import Invalid, MarketingError, NotFound, Unavailable, unknown_name


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotFound(), "There is nothing under that name."),
        (Invalid("No"), "No"),
        (Invalid("No", pointer="/a"), "No at /a."),
        (Invalid("No", pointer="/a", fix="Say b."), "No at /a. Say b."),
        (Unavailable("Busy", fix="Try later."), "Busy. Try later."),
    ],
)
def test_error__when_it_is_printed__then_message_place_and_fix_are_said(
    error: MarketingError, said: str
) -> None:
    assert str(error) == said


def test_error__when_it_has_no_code__then_its_name_is_the_code() -> None:
    assert (NotFound().code, Unavailable().retry_after_s) == ("notfound", 5)


def test_unknown_name__when_nothing_is_known__then_it_says_so() -> None:
    assert unknown_name("trait", "x", []).fix == "Known: none."
