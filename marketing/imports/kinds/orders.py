"""Orders, paid elsewhere or before: an Order Completed message a row, and its refund if any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from marketing.imports.faults import MISSING, OTHER_CURRENCY, Fault, Wrong
from marketing.imports.kinds import Examined, Field, Kind, Reads
from marketing.imports.kinds._messages import Body, Told, send, told, track
from marketing.imports.models import ImportedKey
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.hashing import content_hash
from marketing.kernel.text import Text

REFUND_BEFORE = Fault(
    "refund_before_order", Text("Refunded before it was ordered", "退款早于下单"),
    Text("Check both times.", "请检查两个时间。"),
)  # fmt: skip


class Orders(Kind[Told]):
    """An order of several contents is several rows with one order id.

    Which orders were imported is remembered for good, longer than the log: an order counts once.
    """

    label = Text("Orders", "订单")
    about = Text(
        "Takes in orders as if the app had sent them; an order and content that was imported "
        "before is not counted again.",
        "导入订单，如同由应用上报；已导入过的订单与内容不会重复计入。",
    )
    fields = (
        Field("user_id", Text("User ID", "用户 ID"), required=True,
              synonyms=("user", "uid", "customer id", "customer", "buyer", "buyer id", "member id",
                        "用户编号", "用户", "会员编号", "客户编号", "买家", "学员编号")),
        Field("order_id", Text("Order ID", "订单号"), required=True,
              synonyms=("order", "order no", "order number", "id", "transaction id", "订单编号",
                        "订单", "交易号", "流水号")),
        Field("ordered_at", Text("Ordered at", "下单时间"), Reads.MOMENT, required=True,
              synonyms=("time", "date", "order date", "order time", "created at", "paid at",
                        "purchased at", "支付时间", "付款时间", "订单时间", "时间", "日期",
                        "下单日期", "成交时间")),
        Field("content", Text("Content ID", "内容 ID"),
              synonyms=("content", "product", "product id", "sku", "item", "item id", "course",
                        "course id", "商品", "商品编号", "课程", "课程编号", "课程ID", "内容编号")),
        Field("price", Text("Amount paid", "实付金额"), Reads.MONEY,
              synonyms=("price", "amount", "total", "paid", "revenue", "金额", "价格", "实付",
                        "支付金额", "订单金额", "成交金额")),
        Field("price_cents", Text("Amount paid, in cents", "实付金额（分）"), Reads.WHOLE,
              synonyms=("amount cents", "price in cents", "cents", "金额（分）", "分")),
        Field("currency", Text("Currency", "货币"), synonyms=("ccy", "币种", "货币代码")),
        Field("quantity", Text("Quantity", "数量"), Reads.WHOLE,
              synonyms=("qty", "count", "件数", "购买数量")),
        Field("category", Text("Category", "类别"), synonyms=("类目", "分类", "品类")),
        Field("coupon", Text("Coupon", "优惠券"), synonyms=("coupon code", "券码", "优惠码")),
        Field("refunded_at", Text("Refunded at", "退款时间"), Reads.MOMENT,
              synonyms=("refund date", "refund time", "退款日期")),
        Field("refund", Text("Amount refunded", "退款金额"), Reads.MONEY,
              synonyms=("refund amount", "refunded", "退款", "退款额")),
        Field("refund_cents", Text("Amount refunded, in cents", "退款金额（分）"), Reads.WHOLE,
              synonyms=("refund in cents", "退款（分）")),
    )  # fmt: skip
    one_of = (("price", "price_cents"),)
    permissions = ("people.change_person",)
    example = {"user_id": "u-1001", "order_id": "A-7", "ordered_at": "2024-05-01 08:30",
               "content": "algebra", "price": "199.00", "refunded_at": "2024-05-03"}  # fmt: skip

    @classmethod
    def parse(cls, row: Row) -> Told:
        user, order = row.text("user_id", 250), row.text("order_id", 120)
        content = row.text("content", 120)
        at, currency = row.moment("ordered_at"), row.currency("currency")
        if at is None:
            raise Wrong(MISSING, "ordered_at")
        if currency != row.setting.currency:
            raise Wrong(OTHER_CURRENCY, "currency")
        price = row.cents("price", currency)
        properties = {
            "order_id": order, "content": content, "category": row.text("category", 120),
            "price_cents": price, "quantity": row.whole("quantity"),
            "coupon": row.text("coupon", 120),
        }  # fmt: skip
        key = content_hash([order, content], 32)
        bodies = [track(user, "Order Completed", at, properties, f"import:orders:{key}")]
        refund = _refund(row, user, at, {"order_id": order, "content": content}, price or 0)
        return told(user, [*bodies, *([refund] if refund else [])], row.setting)

    @classmethod
    def examine(cls, values: Sequence[Told], setting: Setting) -> Examined:
        """Known: all of its messages were imported, or stand in an earlier row of these."""
        seen = ImportedKey.among([key for value in values for key in value.ids])
        known = set()
        for i, value in enumerate(values):
            if seen.issuperset(value.ids):
                known.add(i)
            seen.update(value.ids)
        return Examined(known=frozenset(known))

    @classmethod
    def apply(cls, values: Sequence[Told], setting: Setting) -> None:
        """A refund that comes with an order that is known is sent alone."""
        keys = [key for value in values for key in value.ids]
        seen = ImportedKey.among(keys)
        fresh = [
            Told(value.user, tuple(b for b in value.bodies if b["messageId"] not in seen))
            for value in values
        ]
        send(fresh, setting)
        ImportedKey.remember(keys, setting.now)


def _refund(
    row: Row, user: str, ordered_at: datetime, about: dict[str, object], price: int
) -> Body | None:
    """All of the price where no amount is given, at the order's time where none is given."""
    amount, at = row.cents("refund", row.setting.currency), row.moment("refunded_at")
    if at is None and not amount:
        return None
    if at is not None and at < ordered_at:
        raise Wrong(REFUND_BEFORE, "refunded_at")
    key = content_hash(["refund", about["order_id"], about["content"]], 32)
    properties = about | {"price_cents": price if amount is None else amount}
    return track(user, "Order Refunded", at or ordered_at, properties, f"import:orders:{key}")
