"""The catalogue: contents with their prices and concepts, made or changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marketing.catalog.services import ContentRow, put, same
from marketing.imports.faults import TOO_LONG, Wrong
from marketing.imports.kinds import Examined, Field, Kind, Reads
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.text import Text

_MOST_CENTS = 2**31 - 1
_SEPARATORS = re.compile(r"[;；、|\n]")


class Contents(Kind[ContentRow]):
    """An empty cell leaves what the content has; concepts that are named are added to it."""

    label = Text("Contents", "内容")
    about = Text(
        "Creates contents of the catalogue or changes them by their ID; an empty cell changes "
        "nothing.",
        "按 ID 新建或修改目录中的内容；空单元格不作更改。",
    )
    fields = (
        Field("external_id", Text("Content ID", "内容 ID"), required=True,
              synonyms=("id", "content", "sku", "product id", "course id", "item id", "课程编号",
                        "课程ID", "商品编号", "内容编号", "编号")),
        Field("title", Text("Title", "标题"), required=True,
              synonyms=("name", "course", "course name", "product", "课程名称", "课程", "名称",
                        "商品名称")),
        Field("school", Text("School", "学校"), synonyms=("university", "brand", "院校", "机构")),
        Field("teacher", Text("Teacher", "老师"),
              synonyms=("author", "instructor", "讲师", "教师", "作者", "主讲")),
        Field("language", Text("Language", "语言"), synonyms=("lang", "locale", "语种")),
        Field("price", Text("Price", "价格"), Reads.MONEY,
              synonyms=("amount", "list price", "售价", "定价", "金额")),
        Field("price_cents", Text("Price, in cents", "价格（分）"), Reads.WHOLE,
              synonyms=("cents", "price in cents", "分")),
        Field("currency", Text("Currency", "货币"), synonyms=("ccy", "币种", "货币代码")),
        Field("lessons", Text("Lessons", "课时数"), Reads.WHOLE,
              synonyms=("lesson count", "number of lessons", "课时", "节数")),
        Field("published", Text("Published", "已上架"), Reads.FLAG,
              synonyms=("active", "visible", "on sale", "上架", "是否上架", "发布")),
        Field("concepts", Text("Concepts", "知识点"), Reads.LIST,
              synonyms=("topics", "tags", "skills", "主题", "标签", "知识点列表")),
    )  # fmt: skip
    permissions = ("catalog.add_content", "catalog.change_content")
    example = {"external_id": "algebra", "title": "Linear algebra", "price": "199.00",
               "lessons": "24", "concepts": "vectors; matrices"}  # fmt: skip

    @classmethod
    def parse(cls, row: Row) -> ContentRow:
        currency = row.currency("currency")
        return ContentRow(
            external_id=row.text("external_id", 120),
            title=row.text("title", 200),
            school=row.text("school", 120) or None,
            teacher=row.text("teacher", 120) or None,
            language=row.text("language", 8) or None,
            price_cents=row.cents("price", currency, _MOST_CENTS),
            currency=currency if row.has("price") or row.has("price_cents") else None,
            lessons=row.whole("lessons", _MOST_CENTS),
            published=row.flag("published"),
            concepts=_concepts(row),
        )

    @classmethod
    def examine(cls, values: Sequence[ContentRow], setting: Setting) -> Examined:
        return Examined(known=frozenset(same(values)))

    @classmethod
    def apply(cls, values: Sequence[ContentRow], setting: Setting) -> None:
        put(values)


def _concepts(row: Row) -> tuple[str, ...]:
    names = [name.strip() for name in _SEPARATORS.split(row.text("concepts"))]
    if any(len(name) > 120 for name in names):
        raise Wrong(TOO_LONG, "concepts")
    return tuple(dict.fromkeys(name for name in names if name))
