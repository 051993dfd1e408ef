"""Ids for lists: one person of one list a row. The list changes once, after the last row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction

from marketing.imports.faults import UNKNOWN_PERSON, Fault, Wrong
from marketing.imports.kinds import Examined, Field, Kind
from marketing.imports.models import ListedId
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.text import Text
from marketing.people.queries import ordinals_by_external_id
from segments import lists
from segments.models import ListChange, Segment

Verb = ListChange.Verb
NO_LIST = Fault(
    "no_list", Text("There is no such list", "没有此名单"),
    Text("Give the key of a segment that is a list, or make one first.",
         "请填写名单类分群的键，或先新建名单。"),
)  # fmt: skip
BAD_CHANGE = Fault(
    "bad_list_change", Text("Not a change of a list", "不是有效的名单更改"),
    Text("Write add, remove or replace.", "请填写 add（加入）、remove（移出）或 replace（替换）。"),
)  # fmt: skip
_WORDS = {
    "": Verb.ADD, "add": Verb.ADD, "加入": Verb.ADD, "添加": Verb.ADD,
    "remove": Verb.REMOVE, "移出": Verb.REMOVE, "移除": Verb.REMOVE,
    "replace": Verb.REPLACE, "替换": Verb.REPLACE,
}  # fmt: skip


class Listed(NamedTuple):
    user: str
    segment: str
    verb: Verb


class Lists(Kind[Listed]):
    """Of one list what replaces comes first, then what adds, then what removes."""

    label = Text("Lists", "名单")
    about = Text(
        "Puts people on a list or takes them off it; with “replace” the file's people are the "
        "list. It changes once, after the last row.",
        "将用户加入名单或移出名单；选择“替换”时，名单即为文件中的用户。最后一行读完后名单一次性更新。",
    )
    fields = (
        Field("user_id", Text("User ID", "用户 ID"), required=True,
              synonyms=("user", "uid", "id", "customer id", "member id", "external id", "用户编号",
                        "用户", "会员编号", "客户编号", "学员编号")),
        Field("list", Text("List key", "名单键"), required=True,
              synonyms=("list", "segment", "segment key", "名单", "分群", "分群键")),
        Field("change", Text("Change of the list", "名单更改"),
              synonyms=("verb", "action", "操作", "更改")),
    )  # fmt: skip
    permissions = ("segments.change_segment",)
    example = {"user_id": "u-1001", "list": "autumn-fair", "change": "add"}

    @classmethod
    def parse(cls, row: Row) -> Listed:
        verb = _WORDS.get(row.text("change").casefold())
        if verb is None:
            raise Wrong(BAD_CHANGE, "change")
        return Listed(row.text("user_id", 250), row.text("list", 50), verb)

    @classmethod
    def examine(cls, values: Sequence[Listed], setting: Setting) -> Examined:
        """Known is what the file said before. Who is on the list already is no such row: where the
        same file replaces the list, they must be among those who replace it.
        """
        people = ordinals_by_external_id({value.user for value in values})
        there = _lists(value.segment for value in values)
        waiting = ListedId.objects.filter(
            key=setting.key, user_id__in={value.user for value in values}
        )
        said = set(waiting.values_list("user_id", "segment", "verb"))
        wrong, known = {}, set()
        for i, value in enumerate(values):
            if value.user not in people:
                wrong[i] = Wrong(UNKNOWN_PERSON, "user_id")
            elif value.segment not in there:
                wrong[i] = Wrong(NO_LIST, "list")
            else:
                known |= {i} if value in said else set()
                said.add(value)
        return Examined(frozenset(known), wrong)

    @classmethod
    def apply(cls, values: Sequence[Listed], setting: Setting) -> None:
        ListedId.objects.bulk_create(
            (
                ListedId(key=setting.key, user_id=value.user, segment=value.segment,
                         verb=value.verb)
                for value in values
            ),
            ignore_conflicts=True,
        )  # fmt: skip

    @classmethod
    def finish(cls, setting: Setting) -> None:
        """What was gathered becomes changes that a worker makes; then nothing is gathered."""
        rows = ListedId.objects.filter(key=setting.key).order_by("id")
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        with transaction.atomic():
            for segment, verb, user in rows.values_list("segment", "verb", "user_id").iterator():
                found[segment, verb].append(user)
            there = _lists(segment for segment, _verb in found)
            for segment, verb in sorted(found, key=_order):
                if segment in there:
                    lists.ask(
                        there[segment], verb, found[segment, verb],
                        setting.asked_at or setting.now, setting.given_by, setting.key,
                    )  # fmt: skip
            rows.delete()


def _lists(keys: Iterable[str]) -> dict[str, Segment]:
    found = Segment.objects.filter(key__in=set(keys), kind=Segment.Kind.IMPORTED)
    return {each.key: each for each in found}


def _order(change: tuple[str, str]) -> tuple[str, int]:
    segment, verb = change
    return segment, [Verb.REPLACE, Verb.ADD, Verb.REMOVE].index(Verb(verb))
