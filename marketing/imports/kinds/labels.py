"""Labels of people, given by hand: one label of one person a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug

from marketing.imports.faults import TOO_LONG, UNKNOWN_PERSON, Fault, Wrong
from marketing.imports.kinds import Examined, Field, Kind
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.text import Text
from marketing.people import labels as giving
from marketing.people.models import Label, LabelGiven
from marketing.people.queries import ordinals_by_external_id

BAD_KEY = Fault(
    "bad_label_key", Text("Not a label's key", "不是有效的标签键"),
    Text("Use letters, digits, - and _, at most 50.", "请用文字、数字、- 和 _，最多 50 个字符。"),
)  # fmt: skip


class Given(NamedTuple):
    user: str
    label: str
    value: str


class Labels(Kind[Given]):
    """A label that is not there yet is made, named by its key."""

    label = Text("Labels", "标签")
    about = Text(
        "Gives people labels, as by hand; a label that does not exist yet is created.",
        "为用户打标签，等同手工操作；尚不存在的标签会自动创建。",
    )
    fields = (
        Field("user_id", Text("User ID", "用户 ID"), required=True,
              synonyms=("user", "uid", "id", "customer id", "member id", "external id", "用户编号",
                        "用户", "会员编号", "客户编号", "学员编号")),
        Field("label", Text("Label key", "标签键"), required=True,
              synonyms=("label", "tag", "标签", "标签名", "标签名称")),
        Field("value", Text("Value", "标签值"), synonyms=("label value", "tag value", "值")),
    )  # fmt: skip
    permissions = ("people.change_person",)
    example = {"user_id": "u-1001", "label": "vip", "value": "gold"}

    @classmethod
    def parse(cls, row: Row) -> Given:
        label = row.text("label")
        try:
            validate_unicode_slug(label)
        except ValidationError:
            raise Wrong(BAD_KEY, "label") from None
        if len(label) > 50:
            raise Wrong(TOO_LONG, "label")
        return Given(row.text("user_id", 250), label, row.text("value", 120))

    @classmethod
    def examine(cls, values: Sequence[Given], setting: Setting) -> Examined:
        people = ordinals_by_external_id({value.user for value in values})
        given = set(
            LabelGiven.objects.filter(person_id__in=set(people.values()))
            .filter(label__key__in={value.label for value in values})
            .values_list("person_id", "label__key", "value")
        )
        wrong, known = {}, set()
        for i, value in enumerate(values):
            if value.user not in people:
                wrong[i] = Wrong(UNKNOWN_PERSON, "user_id")
                continue
            mine = (people[value.user], value.label, value.value)
            known |= {i} if mine in given else set()
            given.add(mine)
        return Examined(frozenset(known), wrong)

    @classmethod
    def apply(cls, values: Sequence[Given], setting: Setting) -> None:
        people = ordinals_by_external_id({value.user for value in values})
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for value in values:
            groups[value.label, value.value].append(people[value.user])
        for (key, text), ordinals in sorted(groups.items()):
            label, _made = Label.objects.get_or_create(key=key, defaults={"name": key})
            giving.give(label, ordinals, setting.now, source=LabelGiven.Source.MANUAL,
                        given_by=setting.given_by, value=text)  # fmt: skip
