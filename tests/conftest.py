"""What every test may ask for: folders of its own, the workspace in UTC, events through intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from marketing.events.intake import Taken
    from marketing.workspace.models import Workspace

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    # Ibis 12 still asks DuckDB 2 for Arrow by its old name.
    config.addinivalue_line("filterwarnings", "ignore:fetch_.*arrow.*:DeprecationWarning")


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Warehouse, personas and artefacts of this test alone; what is remembered of others is gone.

    The caches are keyed by version names, which two tests may both use.
    """
    settings.WAREHOUSE_URL = str(tmp_path / "warehouse")
    settings.PERSONAS_DIR = tmp_path / "personas"
    settings.ARTEFACTS_DIR = tmp_path / "artefacts"
    settings.IMPORTS_DIR = tmp_path / "imports"
    forget_versions()
    yield
    forget_versions()


def forget_versions() -> None:
    from django.core.cache import cache

    from marketing.personas import providers, queries, store
    from recommender import serving
    from segments.discovery.assigning import _loaded
    from segments.entering import _entered
    from segments.models import _members

    cache.clear()
    for kept in (
        providers._percentiles,
        queries._layers,
        queries._score,
        store.read,
        serving._load,
        _members,
        _entered,
        _loaded,
    ):
        kept.cache_clear()


@pytest.fixture
def ordinals_from_one(db: None) -> None:
    """As on SQLite: PostgreSQL's sequences do not go back when a test is rolled back."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute("ALTER SEQUENCE people_person_id_seq RESTART WITH 1")


@pytest.fixture
def workspace(ordinals_from_one: None) -> Workspace:
    """In UTC, so that a day of the workspace is a day of the test."""
    # A test that commits empties every table, and with them what a migration wrote.
    from campaigns.models import Programme
    from marketing.workspace.queries import workspace as found

    Programme.objects.get_or_create(
        is_global=True, defaults={"key": "everything", "name": "All campaigns"}
    )
    row = found()
    row.time_zone = "UTC"
    row.save()
    return row


@pytest.fixture
def send(ordinals_from_one: None) -> Callable[..., Taken]:
    """``send(*bodies, now=…)``: one batch through intake."""
    from marketing.events.intake import accept

    def posted(*bodies: object, now: datetime = NOW) -> Taken:
        return accept(bodies, now)

    return posted
