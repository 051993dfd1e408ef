"""The mapping is guessed from headers as people write them, and says what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.imports.faults import Wrong
from marketing.imports.kinds import KINDS
from marketing.imports.mapping import Reader, attribute_name, guarded, guess, problems
from marketing.imports.tables import Record
from marketing.imports.types import Setting

PEOPLE, ORDERS = KINDS.get("people"), KINDS.get("orders")
SETTING = Setting(datetime(2024, 6, 12, tzinfo=UTC), ZoneInfo("UTC"))


def test_guess__when_headers_are_in_chinese__then_the_fields_are_found() -> None:
    found = guess(ORDERS, ["订单编号", "用户编号", "支付时间", "课程ID", "金额（分）", "备注"])
    assert found == {
        "order_id": "订单编号", "user_id": "用户编号", "ordered_at": "支付时间",
        "content": "课程ID", "price_cents": "金额（分）",
    }  # fmt: skip


def test_guess__when_two_headers_fit__then_the_field_s_own_name_wins() -> None:
    found = guess(ORDERS, ["ID", "Order ID", "Amount", "Price"])
    assert found["order_id"] == "Order ID"
    assert found["price"] == "Price"


def test_guess__when_columns_are_left_over__then_they_are_attributes_by_what_they_hold() -> None:
    found = guess(PEOPLE, ["UID", "Last Order: Date", "城市", "_row"], ["text", "date", "text"])
    assert found == {
        "user_id": "UID", "attribute:last_order_date:date": "Last Order: Date",
        "attribute:城市:text": "城市",
    }  # fmt: skip


def test_problems__when_targets_and_columns_are_unknown__then_each_is_named() -> None:
    mapping = {"user_id": "id", "nonsense": "a", "attribute:x:nothing": "b", "push_consent": "gone"}
    said = [text.en for text in problems(PEOPLE, ["id", "a", "b"], mapping, {"nothing": "1"})]
    assert said == [
        "There is no field “nonsense”.", "There is no field “attribute:x:nothing”.",
        "There is no field “nothing”.", "There is no column “gone” in the file.",
    ]  # fmt: skip
    orders = problems(ORDERS, ["id"], {"attribute:x:text": "id"}, {"user_id": " "})
    assert [text.en for text in orders] == [
        "There is no field “attribute:x:text”.", "Needed: User ID.", "Needed: Order ID.",
        "Needed: Ordered at.", "Needed: Amount paid or Amount paid, in cents.",
    ]  # fmt: skip


def test_read__when_a_field_has_one_value_for_all__then_every_row_has_it() -> None:
    labels = KINDS.get("labels")
    reader = Reader(labels, ["id"], {"user_id": "id"}, {"label": "vip"}, SETTING)
    assert reader.read(Record(2, ("u1",))) == ("u1", "vip", "")


def test_read__when_an_attribute_cannot_be_read__then_it_is_named() -> None:
    mapping = {"user_id": "id", "attribute:age:number": "Age"}
    reader = Reader(PEOPLE, ["id", "Age"], mapping, {}, SETTING)
    with pytest.raises(Wrong) as caught:
        reader.read(Record(2, ("u1", "old")))
    assert (caught.value.field, caught.value.code) == ("attribute:age:number", "bad_number")


@given(st.text(max_size=200))
def test_attribute_name__of_any_header__then_it_can_be_mapped(header: str) -> None:
    name = attribute_name(header.replace("\x00", ""))
    target = {"user_id": "id", f"attribute:{name}:text": header}
    if name.isprintable():
        assert problems(PEOPLE, ["id", header], target, {}) == []


@given(st.text(max_size=20))
def test_guarded__whatever_the_cell__then_no_spreadsheet_runs_it(cell: str) -> None:
    assert guarded(cell)[:1] not in tuple("=+-@\t\r")
