"""Who is forgotten is nowhere any more, and nobody else is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from marketing.conditions.types import Ref
from marketing.erasure import erase
from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.events.models import Event
from marketing.kernel.errors import NotFound
from marketing.people.models import Consent, Identity, LabelGiven, Person, Subscription
from marketing.people.queries import by_external_id
from marketing.personas import queries
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


def everything_on_disk() -> bytes:
    roots = [Path(settings.WAREHOUSE_URL), Path(settings.PERSONAS_DIR)]
    files = [path for root in roots for path in root.rglob("*")]
    # Delta's own log keeps the numbers and names of files, and column statistics.
    return b"".join(path.read_bytes() for path in files if path.is_file())


def test_erase__when_a_person_is_forgotten__then_nothing_names_them(stage: Workspace) -> None:
    ann = by_external_id("ann-secret")
    done = erase(ann, stage, NOW, asked_by="dpo")
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
    erase(by_external_id("ann-secret"), stage, NOW, asked_by="dpo")
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
    erase(ann, stage, NOW, asked_by="dpo")
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
