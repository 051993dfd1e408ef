"""Data quality in the studio: what comes, what surprised, what is cleaned, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketing import pipeline
from marketing.events.intake import Taken
from marketing.events.models import EventType, Surprise
from marketing.events.surprised import keep
from marketing.events.surprises import SURPRISES
from marketing.personas import cleaning
from marketing.personas.models import CleaningRule
from marketing.personas.services import wanted
from marketing.studio.pages import quality
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.messages import identify, track

pytestmark = pytest.mark.django_db
Send = Callable[..., Taken]
QUALITY = "admin:events_eventtype_quality"


@pytest.fixture
def boss(client: Client, workspace: Workspace) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def come(workspace: Workspace, send: Send) -> None:
    send(*(track("ann", "Order Completed", NOW - timedelta(days=i), content="c", price_cents=900)
           for i in range(3)), identify("bob", NOW))  # fmt: skip
    pipeline.refresh(workspace, NOW)


def test_quality__before_anything_came__then_the_page_says_what_will_be_there(boss: Client) -> None:
    assert "Nothing has been learned yet" in boss.get(reverse(QUALITY)).content.decode()


def test_quality__when_read__then_its_head_names_this_page_and_not_the_catalogue(
    boss: Client,
) -> None:
    page = boss.get(reverse(QUALITY)).content.decode()
    link = f'<a href="{reverse("admin:events_eventtype_changelist")}" class="align-middle'
    assert (link in page, "Data quality" in page) == (False, True)
    catalogue = boss.get(reverse("admin:events_eventtype_changelist")).content.decode()
    assert link in catalogue  # where it belongs


def test_quality__without_the_permission__then_it_is_refused(
    client: Client, workspace: Workspace
) -> None:
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(reverse(QUALITY)).status_code == 403


def test_missing__of_a_trait__then_the_share_is_of_all_people_to_whom_it_was_sent(
    workspace: Workspace, send: Send
) -> None:
    """The expectation is counted in what was sent, not read from the personas."""
    sent: dict[str, list[tuple[str, dict[str, object]]]] = {
        "ann": [("Order Completed", {"content": "c", "price_cents": 900}),
                ("Assessment Submitted", {"content": "c", "score": 4})],
        "bob": [("Order Completed", {"content": "c"})],
        "eve": [("Assessment Submitted", {"content": "c"})],
        "joe": [],
    }  # fmt: skip
    for user, events in sent.items():
        said = (track(user, name, NOW - timedelta(days=1)) | {"properties": given}
                for name, given in events)  # fmt: skip
        send(identify(user, NOW - timedelta(days=1)), *said)
    pipeline.refresh(workspace, NOW)
    with translation.override("en"):
        shares = {each.name: each for each in quality.missing()}
    buyers = [user for user, events in sent.items()
              if any(name == "Order Completed" for name, _given in events)]  # fmt: skip
    scored = [user for user, events in sent.items()
              if any("score" in given for _name, given in events)]  # fmt: skip
    last, score = shares["Days since last purchase"], shares["Mean assessment score"]
    assert last.share == pytest.approx(1 - len(buyers) / len(sent)) == 0.5
    assert score.share == pytest.approx(1 - len(scored) / len(sent)) == 0.75
    assert (last.policy, shares["Purchases"].share) == ("stays unknown", 0)


def test_event__of_the_catalogue__then_its_page_has_volume_types_and_surprises(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    kind = SURPRISES.get("impossible_value")
    found = kind.example
    keep([("impossible_value", found)], NOW)
    Surprise.objects.update(event="Order Completed")
    event = EventType.objects.get(name="Order Completed")
    page = boss.get(reverse("admin:events_eventtype_change", args=[event.pk])).content.decode()
    assert "price_cents" in page
    assert "Accept or filter" in page


def test_surprise__when_accepted__then_it_is_quiet_and_the_audit_log_says_who(
    boss: Client, workspace: Workspace
) -> None:
    keep([("new_event", SURPRISES.get("new_event").example)], NOW)
    row = Surprise.objects.get()
    given = {"action": "accept", "_selected_action": [row.pk]}
    boss.post(reverse("admin:events_surprise_changelist"), given)
    row.refresh_from_db()
    assert (row.state, row.accepted_by) == (Surprise.State.ACCEPTED, "boss")
    assert LogEntry.objects.get().change_message == "accepted"


def test_surprise__by_who_may_only_look__then_it_stays_open(
    client: Client, workspace: Workspace
) -> None:
    guest = User.objects.create_user("guest", is_staff=True)
    guest.user_permissions.add(Permission.objects.get(codename="view_surprise"))
    client.force_login(guest)
    keep([("new_event", SURPRISES.get("new_event").example)], NOW)
    row = Surprise.objects.get()
    client.post(reverse("admin:events_surprise_changelist"),
                {"action": "accept", "_selected_action": [row.pk]})  # fmt: skip
    row.refresh_from_db()
    assert row.state == Surprise.State.OPEN


def test_rule__made_in_the_form__then_traits_are_cleaned_by_it(
    boss: Client, workspace: Workspace
) -> None:
    given = {"property": "price_cents", "lowest": "0", "highest": "", "beyond": "missing",
             "why": "no refund is a price", "active": "on"}  # fmt: skip
    boss.post(reverse("admin:personas_cleaningrule_add"), given)
    assert CleaningRule.objects.count() == 1
    found = cleaning.current(wanted())
    assert "price_cents" in found.bounds


def test_rule__without_a_limit__then_it_is_refused_in_words(
    boss: Client, workspace: Workspace
) -> None:
    given = {"property": "price_cents", "lowest": "", "highest": "", "beyond": "missing"}
    answer = boss.post(reverse("admin:personas_cleaningrule_add"), given)
    assert "Give a lowest or a highest value." in answer.content.decode()
    assert not CleaningRule.objects.exists()


def test_surprise__when_accepted_again__then_the_audit_log_names_the_first_alone(
    boss: Client, workspace: Workspace
) -> None:
    keep([("new_event", SURPRISES.get("new_event").example)], NOW)
    given = {"action": "accept", "_selected_action": [Surprise.objects.get().pk]}
    boss.post(reverse("admin:events_surprise_changelist"), given)
    boss.force_login(User.objects.create_superuser("second"))
    boss.post(reverse("admin:events_surprise_changelist"), given)
    assert [entry.user.username for entry in LogEntry.objects.all()] == ["boss"]
    assert Surprise.objects.get().accepted_by == "boss"


def test_pages__by_who_may_see_the_catalogue_alone__then_rules_and_surprises_stay_hidden(
    client: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    keep([("new_event", SURPRISES.get("new_event").example)], NOW)
    Surprise.objects.update(event="Order Completed")
    CleaningRule.objects.create(property="secret_rule", lowest=0)
    guest = User.objects.create_user("guest", is_staff=True)
    guest.user_permissions.add(Permission.objects.get(codename="view_eventtype"))
    client.force_login(guest)
    assert "secret_rule" not in client.get(reverse(QUALITY)).content.decode()
    event = EventType.objects.get(name="Order Completed")
    page = client.get(reverse("admin:events_eventtype_change", args=[event.pk])).content.decode()
    assert "?q=Order%20Completed" not in page  # the sidebar's own link has no query
    for codename in ("view_cleaningrule", "view_surprise"):
        guest.user_permissions.add(Permission.objects.get(codename=codename))
    assert "secret_rule" in client.get(reverse(QUALITY)).content.decode()
    page = client.get(reverse("admin:events_eventtype_change", args=[event.pk])).content.decode()
    assert "?q=Order%20Completed" in page


def test_rule__with_large_limits__then_the_list_has_every_digit(
    boss: Client, workspace: Workspace
) -> None:
    CleaningRule.objects.create(property="price_cents", lowest=0.25, highest=1_234_567)
    page = boss.get(reverse("admin:personas_cleaningrule_changelist")).content.decode()
    assert "0.25 … 1,234,567" in page
