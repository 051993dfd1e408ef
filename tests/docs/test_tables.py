"""The tables of the documents are the registries' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import pages
from tests.docs.tables import TABLES, rewritten


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page__when_its_tables_are_made_anew__then_nothing_changes(page: Path) -> None:
    text = page.read_text()
    assert text == rewritten(text), "run python -m tests.docs.write_tables"


def test_tables__when_looked_for__then_every_one_stands_somewhere() -> None:
    everything = "".join(page.read_text() for page in pages())
    assert not [name for name in TABLES if f"<!-- table:{name} -->" not in everything]
