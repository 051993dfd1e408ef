"""Files as they come: every encoding, delimiter and mishap, row by row and never a crash."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.imports.encodings import detect, is_parquet
from marketing.imports.faults import Refusal
from marketing.imports.tables import Record, open_table
from marketing.imports.tables.csv_table import DELIMITERS, MOST_CELL
from marketing.imports.types import Options

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")
# Any text a database stores; the first column is never blank, for blank rows are passed over.
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
HEAD = ["用户编号", "city, or town", 'the "note"']
ROWS = st.lists(st.tuples(st.text("abc1", min_size=1, max_size=4), CELL, CELL), max_size=8)
law = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", **more: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, **more).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def records(path: Path, **options: str) -> list[Record]:
    table = open_table(path, "csv", Options(**options))  # type: ignore[arg-type]
    return list(table.records())


def cells(found: Sequence[Record]) -> list[tuple[str, ...]]:
    return [record.cells for record in found]


def codes(found: Sequence[Record]) -> list[str]:
    return [record.fault.code if record.fault else "" for record in found]


@law
@given(rows=ROWS, encoding=st.sampled_from(ENCODINGS), delimiter=st.sampled_from(DELIMITERS),
       end=st.sampled_from(["\r\n", "\n"]))  # fmt: skip
def test_csv__whatever_its_cells_hold__then_they_come_back_as_they_were(
    tmp_path: Path, rows: list[tuple[str, str, str]], encoding: str, delimiter: str, end: str
) -> None:
    text = written([HEAD, *rows], delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)  # type: ignore[arg-type]
    table = open_table(write(tmp_path / "f", text.encode(encoding)), "csv", Options())
    assert table.headers == HEAD
    assert table.options.delimiter == delimiter
    found = list(table.records())
    assert codes(found) == [""] * len(rows)
    assert cells(found) == list(rows)


@law
@given(data=st.binary(max_size=300) | st.text('",;\n\r\t|ab\x00', max_size=300).map(str.encode))
def test_csv__whatever_the_bytes__then_rows_with_as_many_cells_as_columns_or_a_refusal(
    tmp_path: Path, data: bytes
) -> None:
    path = write(tmp_path / "f", data)
    try:
        table = open_table(path, "csv", Options())
    except Refusal:
        return
    for record in table.records():
        assert len(record.cells) == len(table.headers)
    assert 0 <= table.share() <= 1


@pytest.mark.parametrize("after", [0, 1, 3, 7, 20])
def test_csv__when_begun_in_the_middle__then_the_rest_follows_with_its_own_numbers(
    tmp_path: Path, after: int
) -> None:
    path = write(tmp_path / "f", b"id\n" + b"".join(b"%d\n" % i for i in range(10)))
    found = list(open_table(path, "csv", Options()).records(after))
    assert [(r.number, r.cells) for r in found] == [(i + 2, (str(i),)) for i in range(after, 10)]


def test_csv__when_rows_are_ragged__then_they_are_faults_of_their_own(tmp_path: Path) -> None:
    text = "\n\na,b\n1,2\n3\n4,5,6\n7,8,\n,\n\n9,\x00\n"
    found = records(write(tmp_path / "f", text.encode()))
    assert codes(found) == ["", "too_few_cells", "too_many_cells", "", "", "", "nul_character"]
    assert [record.number for record in found if record.fault] == [5, 6, 10]
    assert found[2].cells == ("4", "5,6")
    assert [record.is_blank for record in found] == [False] * 4 + [True, True, False]


def test_csv__when_a_cell_is_huge__then_its_row_is_a_fault_and_the_next_are_read(
    tmp_path: Path,
) -> None:
    huge = "x" * (MOST_CELL + 1)
    found = records(write(tmp_path / "f", f"a,b\n1,{huge}\n2,3\n".encode()))
    assert codes(found) == ["huge_cell", ""]
    assert found[1].cells == ("2", "3")


def test_csv__when_a_quote_is_not_closed__then_the_rows_it_swallows_are_faults(
    tmp_path: Path,
) -> None:
    rows = "".join(f"{i},{i}\n" for i in range(5))
    found = records(write(tmp_path / "f", f'a,b\n1,2\n"3,4\n{rows}'.encode()))
    assert codes(found) == ["", "too_few_cells"]


@pytest.mark.parametrize(("text", "expected"), [
    ("a;b\n1,5;2\n1,6;3\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2,3\n", "|"),
    ('"a,x";b\n1;2\n3;4\n', ";"), ("only\nvalues, with commas\nand\nwithout\n", ","),
])  # fmt: skip
def test_delimiter__when_not_given__then_the_one_by_which_the_rows_agree(
    tmp_path: Path, text: str, expected: str
) -> None:
    found = open_table(write(tmp_path / "f", text.encode()), "csv", Options())
    assert found.options.delimiter == expected


@pytest.mark.parametrize(("data", "code"), [
    (b"PK\x03\x04xxxx", "is_workbook"), (b"\xd0\xcf\x11\xe0", "is_workbook"),
    (b"\x1f\x8b\x08", "no_table"), (b"%PDF-1.7", "no_table"), (b"\x00\x01\xff\xfe\x81", "no_table"),
    (b"a,b\n\xff\xff\xff", "bad_encoding"),
])  # fmt: skip
def test_detect__when_it_is_no_text__then_it_says_what_it_is(
    tmp_path: Path, data: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        detect(write(tmp_path / "f.csv", data))
    assert caught.value.code == code


def test_encoding__when_the_wrong_one_is_chosen__then_refused_and_not_garbled(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "f", "编号,城市\n1,北京\n".encode("gb18030"))
    with pytest.raises(Refusal) as caught:
        records(path, encoding="utf-8-sig")
    assert caught.value.code == "bad_encoding"


def test_headers__when_empty_or_twice__then_each_column_has_a_name_of_its_own(
    tmp_path: Path,
) -> None:
    table = open_table(write(tmp_path / "f", b"a,,a, a  b ,a\n1,2,3,4,5\n"), "csv", Options())
    assert table.headers == ["a", "#2", "a (2)", "a b", "a (3)"]
    assert len(set(table.headers)) == 5


def test_parquet__when_read__then_every_value_is_the_text_that_reads_back_as_it(
    tmp_path: Path,
) -> None:
    when = datetime(2024, 5, 1, 8, 30, tzinfo=UTC)
    path = tmp_path / "f"
    columns = {
        "id": ["a", "b"], "n": [1, None], "x": [1.5, float("nan")], "ok": [True, False],
        "at": [when, None], "day": [date(2024, 5, 1), None], "price": [Decimal("9.90"), None],
        "tags": [["p", "q"], []],
    }  # fmt: skip
    pq.write_table(pa.table(columns), path, row_group_size=1)
    assert is_parquet(path)
    table = open_table(path, "parquet", Options(decimal_comma=True, date_order="dmy"))
    assert not table.options.decimal_comma
    found = list(table.records())
    assert found[0].cells == ("a", "1", "1.5", "true", "2024-05-01T08:30:00+00:00", "2024-05-01",
                              "9.90", "p; q")  # fmt: skip
    assert found[1].cells == ("b", "", "", "false", "", "", "", "")
    assert [record.number for record in table.records(1)] == [3]
    assert table.share() == 1.0


def test_parquet__when_damaged__then_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    pq.write_table(pa.table({"id": ["a"] * 100}), path)
    data = bytearray(path.read_bytes())
    data[-200:-8] = b"\x00" * 192
    path.write_bytes(data)
    assert is_parquet(path)
    with pytest.raises(Refusal) as caught:
        open_table(path, "parquet", Options())
    assert caught.value.code == "damaged_file"


def test_sniffing__of_plain_commas__agrees_with_the_standard_library(tmp_path: Path) -> None:
    text = written([["id", "name", "price"], *([str(i), f"n {i}", "1"] for i in range(30))], ";")
    assert csv.Sniffer().sniff(text).delimiter == ";"
    assert re.match("id;name;price", text)
    assert open_table(write(tmp_path / "f", text.encode()), "csv", Options()).headers == [
        "id", "name", "price",
    ]  # fmt: skip
