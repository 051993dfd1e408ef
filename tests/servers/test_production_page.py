"""docs/production.md is executed: its SQL runs, its variables are the settings'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

import marketing

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

REPOSITORY = Path(marketing.__file__).parents[1]
PAGE = (REPOSITORY / "docs" / "production.md").read_text()
COMPOSE = (REPOSITORY / "compose.yaml").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def variables() -> set[str]:
    settings = (REPOSITORY / "marketing" / "settings" / "__init__.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))


def test_page__when_its_sql_is_run__then_postgresql_takes_every_statement() -> None:
    found = [each for block in blocks("sql") for each in block.split(";") if each.strip()]
    assert len(found) >= 9
    with connection.cursor() as sql:
        for statement in found:
            sql.execute(statement)


def test_page__when_settings_read_a_variable__then_its_table_has_it() -> None:
    assert {name for name in variables() if f"`{name}`" not in PAGE} == set()


def test_compose__when_it_sets_a_variable_of_ours__then_settings_read_it() -> None:
    environment = COMPOSE.split("  environment:", 1)[1].split("volumes:", 1)[0]
    assert set(re.findall(r"^ +([A-Z_]+):", environment, re.MULTILINE)) <= variables()
