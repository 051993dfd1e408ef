"""Who is forgotten is nowhere any more, and nobody else is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command

from marketing import pipeline
from marketing.conditions.types import Ref
from marketing.erasure import erase_next
from marketing.events import upkeep
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.events.models import Event
from marketing.kernel.errors import NotFound, Unavailable
from marketing.people.erasing import ask, find
from marketing.people.models import Consent, Erasure, Identity, LabelGiven, Person, Subscription
from marketing.people.queries import by_external_id
from marketing.personas import queries
from marketing.personas import services as personas
from marketing.personas.services import rebuild, refresh
from marketing.workspace.models import Workspace
from tests.messages import identify, track
from tests.personas.stream import seen

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]


@pytest.fixture
def stage(workspace: Workspace, send: Send) -> Workspace:
    """Ann (who was a visitor first) and Bob, both archived and in the personas."""
    send(track(None, "Order Completed", NOW, anonymous="visitor-of-ann", price_cents=500))
    for user in ("ann-secret", "bob"):
        send(
            track(user, "Order Completed", NOW, price_cents=700, content="c1",
                  anonymous="visitor-of-ann" if user == "ann-secret" else None),
            identify(user, NOW, city=f"city-of-{user}", push_consent=True),
            track(user, "Subscription Started", NOW, plan="gold"),
        )  # fmt: skip
    archive(NOW)
    rebuild(workspace, NOW)
    return workspace


def erased(user: str, workspace: Workspace, at: datetime = NOW) -> Erasure:
    row = ask(user, at, "dpo")
    assert erase_next(workspace, at, at, pipeline.specs) == 1
    row.refresh_from_db()
    return row


def everything_on_disk() -> bytes:
    roots = [Path(settings.WAREHOUSE_URL), Path(settings.PERSONAS_DIR)]
    files = [path for root in roots for path in root.rglob("*")]
    # Delta's own log keeps the numbers and names of files, and column statistics.
    return b"".join(path.read_bytes() for path in files if path.is_file())


def test_erase__when_a_person_is_forgotten__then_nothing_names_them(stage: Workspace) -> None:
    ann = by_external_id("ann-secret")
    done = erased("ann-secret", stage)
    with pytest.raises(NotFound):
        by_external_id("ann-secret")
    assert not Identity.objects.filter(key__contains="ann").exists()
    for kept in (Event, Consent, Subscription, LabelGiven):
        assert not kept.objects.filter(person=ann).exists()
    assert b"city-of-ann-secret" not in everything_on_disk()
    found = Person.objects.get(pk=ann.pk)
    assert (found.said, found.key) == ({}, f"erased:{ann.pk}")
    assert done.done_at == NOW
    assert done.counts["warehouse"] + done.counts["log"] >= 4


def test_erase__when_a_person_is_forgotten__then_their_persona_is_empty_and_others_stay(
    stage: Workspace,
) -> None:
    ann, bob = by_external_id("ann-secret").pk, by_external_id("bob").pk
    spent, city = Ref("trait", "spent_cents"), Ref("attribute", "city")
    before = queries.current()
    assert (seen(before, spent, ann), seen(before, spent, bob)) == (1200.0, 700.0)
    erased("ann-secret", stage)
    after = queries.current()
    assert not after.exists[ann]
    assert (seen(after, spent, ann), seen(after, city, ann)) == (0.0, None)
    assert (seen(after, spent, bob), seen(after, city, bob)) == (700.0, "city-of-bob")
    rebuild(stage, NOW)
    compared = queries.compared()
    assert compared is not None
    assert compared.differences == {}


def test_erase__when_the_person_comes_back__then_as_somebody_new(
    stage: Workspace, send: Send
) -> None:
    ann = by_external_id("ann-secret")
    erased("ann-secret", stage)
    send(track("ann-secret", "Order Completed", NOW, price_cents=1))
    refresh(stage, NOW)
    again = by_external_id("ann-secret")
    assert again.pk != ann.pk
    assert seen(queries.current(), Ref("trait", "spent_cents"), again.pk) == 1.0


def test_command__when_nobody_has_the_name__then_it_says_so(stage: Workspace) -> None:
    with pytest.raises(CommandError, match="no such person"):
        call_command("erase", "nobody")
    call_command("erase", "bob")
    with pytest.raises(CommandError):
        call_command("erase", "bob")


def everything_in_sql() -> str:
    """Every value of every table, as text."""
    found = []
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            found += [str(row) for row in model._default_manager.values_list()]
    return "\n".join(found)


def test_erase__when_it_is_done__then_no_table_has_the_name_the_audit_log_included(
    stage: Workspace,
) -> None:
    ann = by_external_id("ann-secret")
    user = User.objects.create(username="li")
    about = ContentType.objects.get_for_model(Person)
    LogEntry.objects.create(user=user, content_type=about, object_id=str(ann.pk), action_flag=2,
                            object_repr="ann-secret", change_message="said ann-secret")  # fmt: skip
    assert "ann-secret" in everything_in_sql()
    row = erased("ann-secret", stage)
    assert "ann-secret" not in everything_in_sql()
    assert find("ann-secret") == ask("ann-secret", NOW, "dpo") == row
    assert Erasure.objects.count() == 1


def test_erase__when_the_worker_dies_half_way__then_the_next_one_finishes(
    stage: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask("ann-secret", NOW, "dpo")

    class Died(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Died

    monkeypatch.setattr(personas, "refresh", dies)
    with pytest.raises(Died):
        erase_next(stage, NOW, NOW, pipeline.specs)
    monkeypatch.undo()
    row.refresh_from_db()
    assert (row.state, row.counts["identities"]) == ("waiting", 2)
    assert ask("ann-secret", NOW, "dpo") == row
    assert pipeline.answer(stage, NOW, NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.counts["identities"], row.done_at) == ("done", 2, NOW)
    assert b"city-of-ann-secret" not in everything_on_disk()


def test_erase__while_another_holds_the_warehouse__then_it_waits_and_is_not_refused(
    stage: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask("ann-secret", NOW, "dpo")

    def is_busy(*_: object) -> dict[str, int]:
        raise Unavailable("Busy", code="busy")

    monkeypatch.setattr(upkeep, "erase", is_busy)
    assert erase_next(stage, NOW, NOW, pipeline.specs) == 0
    monkeypatch.undo()
    row.refresh_from_db()
    assert (row.state, row.tries) == ("waiting", 0)
    assert erase_next(stage, NOW, NOW, pipeline.specs) == 1


def test_erase__when_it_failed__then_asking_again_takes_it_up(stage: Workspace) -> None:
    row = erased("ann-secret", stage)
    Erasure.objects.filter(pk=row.pk).update(state="failed")
    again = ask("ann-secret", NOW, "dpo")
    assert (again.pk, again.state) == (row.pk, "waiting")


def test_erasures__of_before__then_the_migration_says_that_they_are_done(stage: Workspace) -> None:
    row = ask("bob", NOW, "dpo")
    Erasure.objects.update(done_at=NOW)
    import_module("marketing.people.migrations.0004_erasure_asked").settle(apps, None)
    row.refresh_from_db()
    assert (row.state, row.progress) == ("done", 1.0)
