"""People and what is said of them: one identify message a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from marketing.events.models import Event
from marketing.imports.faults import MISSING, Wrong
from marketing.imports.kinds import Examined, Field, Kind, Reads
from marketing.imports.kinds._messages import Told, identify, logged, send, told
from marketing.imports.rows import Row
from marketing.imports.types import Setting
from marketing.kernel.hashing import content_hash
from marketing.kernel.text import Text
from marketing.people.queries import said_of
from marketing.workspace.queries import cursor

_CONSENTS = ("push_consent", "inbox_consent")


class People(Kind[Told]):
    """Attributes that are said already, and not contradicted since, are not said again."""

    label = Text("People", "用户")
    about = Text(
        "Creates people and sets their attributes and consents; an empty cell changes nothing.",
        "创建用户并设置其属性与授权；空单元格不作更改。",
    )
    fields = (
        Field("user_id", Text("User ID", "用户 ID"), required=True,
              synonyms=("user", "uid", "id", "customer id", "member id", "external id", "用户编号",
                        "用户", "会员编号", "会员ID", "客户编号", "学员编号", "学员ID")),
        Field("said_at", Text("True as of", "信息截至时间"), Reads.MOMENT,
              synonyms=("as of", "updated at", "updated", "更新时间", "更新日期", "截至时间")),
        Field("push_consent", Text("May get push messages", "允许推送"), Reads.FLAG,
              synonyms=("push", "push opt in", "push consent", "推送授权", "同意推送")),
        Field("inbox_consent", Text("May get inbox messages", "允许站内信"), Reads.FLAG,
              synonyms=("inbox", "inbox opt in", "站内信", "站内信授权", "同意站内信")),
    )  # fmt: skip
    takes_attributes = True
    permissions = ("people.add_person", "people.change_person")
    example = {"user_id": "u-1001", "push_consent": "yes", "attribute:city:text": "上海",
               "attribute:age:number": "34"}  # fmt: skip

    @classmethod
    def parse(cls, row: Row) -> Told:
        """Of two rows about one person the later one counts: it is said a microsecond later."""
        user = row.text("user_id", 250)
        if not user:
            raise Wrong(MISSING, "user_id")
        consents = {name: row.flag(name) for name in _CONSENTS if row.has(name)}
        traits = row.attributes() | consents
        at = (row.moment("said_at") or row.setting.now) + timedelta(microseconds=row.number)
        key = f"import:people:{content_hash([user, at.isoformat(), traits], 32)}"
        return told(user, [identify(user, at, traits, key)], row.setting, traits)

    @classmethod
    def examine(cls, values: Sequence[Told], setting: Setting) -> Examined:
        """Known: the log has this very message, or the person says all of it already."""
        sent = logged(values)
        rows = Counter(value.user for value in values)
        people = said_of(rows)
        waiting = _unread([ordinal for ordinal, _said in people.values()])
        settled = {
            user: said for user, (ordinal, said) in people.items()
            if rows[user] == 1 and ordinal not in waiting
        }  # fmt: skip
        return Examined(known=frozenset(
            i for i, value in enumerate(values)
            if value.ids[0] in sent
            or (value.user in settled and _says(settled[value.user], value))
        ))  # fmt: skip

    @classmethod
    def apply(cls, values: Sequence[Told], setting: Setting) -> None:
        send(values, setting)


def _says(said: Mapping[str, object], value: Told) -> bool:
    return all(
        name in said and isinstance(said[name], bool) == isinstance(wanted, bool)
        and said[name] == wanted
        for name, wanted in value.traits.items()
    )  # fmt: skip


def _unread(ordinals: Sequence[int]) -> set[int]:
    """Of these, who said something that the fold has not read yet."""
    fresh = Event.objects.filter(
        id__gt=cursor("fold").position, kind="identify", person_id__in=ordinals
    )
    return set(fresh.values_list("person_id", flat=True))
