"""The laws of kinds of imports, for every member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.catalog.models import Concept, Content
from marketing.events.models import Event, RejectedEvent
from marketing.imports.faults import MISSING, Wrong
from marketing.imports.kinds import KINDS, Kind, Reads
from marketing.imports.mapping import Reader, guess, needed, problems
from marketing.imports.rows import Row
from marketing.imports.tables import Record
from marketing.imports.types import Setting
from marketing.kernel.text import Text
from marketing.people.models import Label, LabelGiven, Person
from segments import lists
from tests.messages import identify

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
SETTING = Setting(NOW, ZoneInfo("Asia/Shanghai"), key="import-1", given_by="ann")
every_kind = pytest.mark.parametrize("kind", KINDS.members.values(), ids=list(KINDS))
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
    st.sampled_from(["", " ", "-1", "1e999", "١٢", "９９", "nan", "2024-02-30", "0000-00-00",
                     "9999-12-31T23:59:59+14:00", "1" * 30, "12:61", "'=1", "25 PM", "是"]),
    st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( \d\d?:\d\d)?( [AP]M)?", fullmatch=True),
    st.from_regex(r"[¥$+-]?\d{1,20}[.,]?\d{0,9}", fullmatch=True),
)  # fmt: skip


def reader(kind: type[Kind[Any]], row: dict[str, str], setting: Setting = SETTING) -> Reader:
    return Reader(kind, list(row), {target: target for target in row}, {}, setting)


def values(kind: type[Kind[Any]], rows: Sequence[dict[str, str]]) -> list[Any]:
    return [reader(kind, row).read(Record(n, tuple(row.values()))) for n, row in enumerate(rows, 2)]


def stored() -> list[Any]:
    """What any kind may change, in full."""
    tables = (
        Event,
        Person,
        Label,
        LabelGiven,
        Content,
        Concept,
        apps.get_model("imports", "ImportedKey"),
    )
    return [sorted(map(str, table.objects.order_by("pk").values_list())) for table in tables]


@pytest.fixture
def somebody(workspace: Any, send: Callable[..., Any]) -> None:
    send(*(identify(row["user_id"], NOW) for row in
           (kind.example for kind in KINDS.members.values()) if "user_id" in row))  # fmt: skip
    lists.create("autumn-fair", Text("Autumn fair", "秋季展会"))


@every_kind
def test_fields__when_their_names_are_headers__then_each_finds_its_field(
    kind: type[Kind[Any]],
) -> None:
    keys = [field.key for field in kind.fields]
    assert len(set(keys)) == len(keys)
    for field in kind.fields:
        for header in (field.key, field.title.en, field.title.zh, *field.synonyms):
            assert guess(kind, [header]) == {field.key: header}, header
            assert guess(kind, [f" {header.upper()}_"]).get(field.key), header


@every_kind
def test_kind__when_read__then_it_is_said_in_both_languages(kind: type[Kind[Any]]) -> None:
    texts = [kind.label, kind.about, *(field.title for field in kind.fields)]
    assert all(text.en and text.zh and text.en != text.zh for text in texts)
    keys = {field.key for field in kind.fields}
    assert {key for group in kind.one_of for key in group} <= keys
    assert all(field.reads in Reads for field in kind.fields)
    for name in kind.permissions:
        label, _separator, codename = name.partition(".")
        assert codename in {
            f"{deed}_{model._meta.model_name}"
            for model in apps.get_app_config(label).get_models()
            for deed in model._meta.default_permissions
        }


@every_kind
def test_example__when_mapped_by_its_keys__then_it_parses_the_same_each_time(
    kind: type[Kind[Any]],
) -> None:
    row = dict(kind.example)
    assert problems(kind, list(row), {target: target for target in row}, {}) == []
    assert values(kind, [row]) == values(kind, [row])


@every_kind
def test_needed__when_empty__then_the_row_is_wrong_and_the_field_is_named(
    kind: type[Kind[Any]],
) -> None:
    for group in needed(kind):
        row = {**kind.example, **dict.fromkeys(group, " ")}
        with pytest.raises(Wrong) as caught:
            values(kind, [row])
        assert (caught.value.fault, caught.value.field in group) == (MISSING, True)
        without = {key: value for key, value in kind.example.items() if key not in group}
        assert problems(kind, list(without), {key: key for key in without}, {})


@every_kind
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_cells__whatever_they_hold__then_a_value_or_what_is_wrong(
    kind: type[Kind[Any]], data: st.DataObject
) -> None:
    row = dict(kind.example)
    for key in data.draw(st.sets(st.sampled_from([f.key for f in kind.fields]), min_size=1)):
        row[key] = data.draw(CELLS)
    setting = Setting(
        NOW, SETTING.zone, decimal_comma=data.draw(st.booleans()),
        date_order=data.draw(st.sampled_from(["ymd", "dmy", "mdy"])),
    )  # fmt: skip
    try:
        reader(kind, row, setting).read(Record(2, tuple(row.values())))
    except Wrong as error:
        assert error.field in {"", *row}
        assert error.fault.what.zh and error.fault.fix.en


@every_kind
@pytest.mark.django_db
def test_apply__when_rows_were_taken__then_they_are_known_and_twice_is_once(
    kind: type[Kind[Any]], somebody: None
) -> None:
    found = values(kind, [dict(kind.example)])
    assert kind.examine(found, SETTING).known == frozenset()
    assert not kind.examine(found, SETTING).wrong
    kind.apply(found, SETTING)
    once = stored()
    assert kind.examine(found, SETTING).known == {0}
    kind.apply(found, SETTING)
    kind.finish(SETTING)
    kind.finish(SETTING)
    assert stored() == once
    assert not RejectedEvent.objects.exists()


@every_kind
@pytest.mark.django_db
def test_examine__when_asked__then_nothing_changes(kind: type[Kind[Any]], somebody: None) -> None:
    before = stored()
    kind.examine(values(kind, [dict(kind.example)] * 2), SETTING)
    assert stored() == before


@every_kind
def test_parse__when_the_row_stands_elsewhere__then_it_is_about_the_same(
    kind: type[Kind[Any]],
) -> None:
    row = Row(2, dict(kind.example), SETTING)
    assert type(kind.parse(row)) is type(kind.parse(Row(99, dict(kind.example), SETTING)))
