"""Scans of the data's quality in the studio: asked by a button, shown where they help."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from marketing import pipeline
from marketing.events.intake import Taken
from marketing.events.models import EventType, Surprise
from marketing.events.surprised import keep
from marketing.events.surprises import SURPRISES
from marketing.personas.models import CleaningRule, QualityScan
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.messages import track

pytestmark = pytest.mark.django_db
Send = Callable[..., Taken]
QUALITY, SCAN = "admin:events_eventtype_quality", "admin:events_eventtype_scan"
RULES, ADD = "admin:personas_cleaningrule_changelist", "admin:personas_cleaningrule_add"
COUNT = "admin:personas_cleaningrule_count"


@pytest.fixture
def boss(client: Client, workspace: Workspace) -> Client:
    """A superuser, on the day on which all this happens."""
    workspace.frozen_at = NOW
    workspace.save()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def come(workspace: Workspace, send: Send) -> None:
    """150 orders of 1 to 150, one of a million, and one that was sent twice."""
    at = NOW - timedelta(hours=1)
    send(*(track(f"p{i}", "Order Completed", at, price_cents=i) for i in range(1, 151)),
         track("rich", "Order Completed", at, price_cents=1_000_000),
         track("p1", "Order Completed", at + timedelta(seconds=1), price_cents=1))  # fmt: skip
    pipeline.refresh(workspace, NOW)


def work_off(workspace: Workspace) -> None:
    while pipeline.answer(workspace, NOW, NOW):
        pass


def text(client: Client, name: str, *args: object) -> str:
    """The page's text, without tags, in one line."""
    page = client.get(reverse(name, args=args)).content.decode()
    return plain(page)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def guest(client: Client, *codenames: str) -> None:
    user = User.objects.create_user("guest", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


def test_scan__asked_by_the_button__then_the_page_shows_progress_and_then_what_was_found(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    CleaningRule.objects.create(property="price_cents", highest=100)
    assert "Not scanned yet" in text(boss, QUALITY)
    boss.post(reverse(SCAN))
    page = text(boss, QUALITY)
    assert "Being scanned" in page and "Scan now" not in page
    state = reverse("admin:events_eventtype_scan_state")
    assert "Being scanned" in boss.get(state).content.decode()
    work_off(workspace)
    assert boss.get(state).headers["HX-Refresh"] == "true"
    page = text(boss, QUALITY)
    assert "Scan now" in page and "as of 2024-06-12" in page
    assert "Order completed 152 1 0.7%" in page
    assert "51 of 152 values (33.6%)" in page
    assert QualityScan.objects.get().asked_by == "boss"


def test_scan__that_failed__then_the_page_says_so(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    QualityScan.objects.create(asked_at=NOW, state=QualityScan.State.FAILED)
    assert "The last scan could not be finished." in text(boss, QUALITY)


def test_scan__by_who_may_only_look__then_there_is_no_button_and_it_is_refused(
    client: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    guest(client, "view_eventtype")
    assert "Scan now" not in text(client, QUALITY)
    assert client.post(reverse(SCAN)).status_code == 403
    assert client.get(reverse(SCAN)).status_code == 405
    assert not QualityScan.objects.exists()


def test_event__that_was_scanned__then_its_page_has_percentiles_and_proposes_a_rule(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    event = EventType.objects.get(name="Order Completed")
    assert "Not scanned yet" in text(boss, "admin:events_eventtype_change", event.pk)
    boss.post(reverse(SCAN))
    work_off(workspace)
    page = boss.get(reverse("admin:events_eventtype_change", args=[event.pk])).content.decode()
    assert "price_cents 152 0 1 1.51 75.5 149.49 1,000,000" in plain(page)
    found = re.search(r'href="([^"]*property=price_cents[^"]*)"', page)
    assert found is not None
    form = boss.get(found[1].replace("&amp;", "&")).content.decode()
    assert 'value="price_cents"' in form
    highest = re.search(r'name="highest" value="([^"]+)"', form)
    assert highest is not None and 300 < float(highest[1]) < 1_000_000
    CleaningRule.objects.create(property="price_cents", highest=1_000)
    page = boss.get(reverse("admin:events_eventtype_change", args=[event.pk])).content.decode()
    assert "Its rule" in page and "Make a rule" not in page


def test_rules__in_the_list__then_each_says_what_it_touched_until_it_changes(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    rule = CleaningRule.objects.create(property="price_cents", lowest=11)
    assert "not counted yet" in text(boss, RULES)
    boss.post(reverse(SCAN))
    work_off(workspace)
    assert "11 of 152 values (7.2%)" in text(boss, RULES)
    CleaningRule.objects.create(property="seconds", lowest=0, active=False)
    assert text(boss, RULES).count("not counted yet") == 0, "a rule that is off is not counted"
    rule.lowest = 12
    rule.save()
    assert "not counted yet" in text(boss, RULES), "another rule than the one that was counted"


def test_rule__counted_before_it_is_saved__then_nothing_is_saved_and_the_count_is_its_own(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    come(workspace, send)
    CleaningRule.objects.create(property="price_cents", highest=5)
    assert "Nothing is saved." in text(boss, ADD)
    given = {"property": "price_cents", "lowest": "3", "highest": "140", "beyond": "winsorise"}
    page = boss.post(reverse(COUNT), given).content.decode()
    assert "Being counted" in page
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found is not None
    work_off(workspace)
    page = boss.get(found[1]).content.decode()
    assert "14 of 152 values (9.2%)" in plain(page) and "hx-get" not in page
    assert "lowest 3" in plain(page) and "highest 11" in plain(page)
    assert CleaningRule.objects.count() == 1


def test_rule__that_cannot_be__then_its_count_says_why_and_asks_nothing(boss: Client) -> None:
    given = {"property": "it's", "lowest": "", "highest": "", "beyond": "missing"}
    page = plain(boss.post(reverse(COUNT), given).content.decode())
    assert "A name cannot hold quotes or backslashes." in page
    given = {"property": "seconds", "lowest": "3", "highest": "2", "beyond": "missing"}
    page = plain(boss.post(reverse(COUNT), given).content.decode())
    assert "The lowest value is above the highest." in page
    assert not QualityScan.objects.exists()


def test_count__by_who_may_not_make_rules__then_it_is_refused(
    client: Client, workspace: Workspace
) -> None:
    guest(client, "view_cleaningrule")
    given = {"property": "seconds", "lowest": "3", "beyond": "missing"}
    assert client.post(reverse(COUNT), given).status_code == 403
    row = QualityScan.objects.create(asked_at=NOW, rule={"property": "x", "lowest": 1.0})
    counted = reverse("admin:personas_cleaningrule_counted", args=[row.pk])
    assert client.get(counted).status_code == 403


def test_catalogue__of_events__then_a_column_has_those_of_the_last_seven_days(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    send(*(track("ann", "Lesson Liked", NOW - timedelta(days=days)) for days in (0, 0, 6, 7, 40)))
    pipeline.refresh(workspace, NOW)
    page = text(boss, "admin:events_eventtype_changelist")
    assert "Lesson Liked 5 3" in page


def test_surprises__in_the_list__then_event_and_property_are_columns(
    boss: Client, workspace: Workspace
) -> None:
    keep([("new_property", SURPRISES.get("new_property").example)], NOW)
    Surprise.objects.update(property="campaign_id")
    page = boss.get(reverse("admin:events_surprise_changelist")).content.decode()
    assert "column-called" in page and "column-property" in page
    assert re.search(r"campaign_id\s*</td>", page)


def test_late_events__then_pages_say_their_share_and_properties_when_they_were_seen(
    boss: Client, workspace: Workspace, send: Send
) -> None:
    send(*(track("ann", "Lesson Liked", NOW - timedelta(days=days), stars=days)
           for days in (0, 0, 0, 2)))  # fmt: skip
    pipeline.refresh(workspace, NOW)
    assert "late (over 24 hours) 1 (25.0%)" in text(boss, QUALITY)
    event = EventType.objects.get(name="Lesson Liked")
    page = text(boss, "admin:events_eventtype_change", event.pk)
    assert "late, last 60 days 1 (25.0%)" in page
    assert re.search(r"stars .*number.* 0.0% 2024-06-12 \d\d:\d\d 2024-06-12 \d\d:\d\d", page)
