"""Who may open which page, what only a POST may do, how much a list asks, what a page escapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_QUERIES = 40
ATTACK = "<img src=x onerror=alert(1)>\"'</script>"
RAW = ("<img src=x", "</script>\"'", "'</script>")


def opened(client: Client) -> dict[str, int]:
    """Status by the page's name."""
    from tests.studio.addresses import every

    return {address.name: client.get(address.path).status_code for address in every()}


def test_pages__for_a_superuser__open_unless_the_screen_offers_no_such_thing(
    studio: Client,
) -> None:
    shut = {name: status for name, status in opened(studio).items() if status != 200}
    assert shut.pop("workspace.Workspace list") == 302  # there is one: its form is the list
    assert shut.pop("people.Subscription change") == 302  # its page is the person's
    assert {name.split()[1] for name in shut} <= {"add", "delete"}
    assert set(shut.values()) <= {403, 404}


def test_pages__for_nobody__ask_to_sign_in(studio: Client) -> None:
    from tests.studio.addresses import every

    studio.logout()
    answers = {address.name: studio.get(address.path) for address in every()}
    opening = [
        name
        for name, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith("/admin/login/")
    ]
    assert opening == []


def test_pages__for_staff_without_permissions__show_nothing_but_the_frame(
    studio: Client, clerk: User
) -> None:
    studio.force_login(clerk, backend=BACKEND)
    seen = [name for name, status in opened(studio).items() if status not in (302, 403, 404)]
    assert seen == ["index", "password_change", "password_change_done", "search"]


def test_changes__for_staff_without_permissions__are_refused(studio: Client, clerk: User) -> None:
    from tests.studio.addresses import changes

    before = state()
    studio.force_login(clerk, backend=BACKEND)
    answers = {each.name: studio.post(each.path).status_code for each in changes()}
    assert answers.pop("logout") == 200
    assert set(answers.values()) == {404}
    assert state() == before


def test_changes__by_get__are_refused_and_change_nothing(studio: Client) -> None:
    from tests.studio.addresses import changes

    before = state()
    assert {studio.get(address.path).status_code for address in changes()} == {405}
    assert state() == before


def test_changes__without_the_csrf_token__are_refused_and_change_nothing(studio: Client) -> None:
    from django.test import Client

    from tests.studio.addresses import changes, forms, lists

    before = state()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = studio.cookies
    pages = [*changes(), *forms(), *lists()]
    assert {strict.post(address.path).status_code for address in pages} == {403}
    assert state() == before


@pytest.fixture
def clerk(db: None) -> User:
    from django.contrib.auth.models import User

    return User.objects.create_user("clerk", password="long, for the suite", is_staff=True)


def state() -> tuple[object, ...]:
    """What the moving addresses move."""
    from campaigns.models import Campaign
    from marketing.workspace.models import Pointer

    return (
        list(Campaign.objects.order_by("pk").values_list("pk", "status", "version")),
        list(Pointer.objects.order_by("pk").values_list("pk", "version")),
    )


def test_lists__with_three_times_the_rows__ask_no_more(
    studio: Client, workspace: Workspace, send: Callable[..., Any]
) -> None:
    from tests.studio.addresses import lists
    from tests.studio.stage import more_rows

    few = {address.name: queries(studio, address.path) for address in lists()}
    rows = {model: model._default_manager.count() for model in admin.site._registry}
    more_rows(workspace, send)
    grown = sum(model._default_manager.count() > n for model, n in rows.items())
    many = {address.name: queries(studio, address.path) for address in lists()}
    # A list may ask once more for its pages, or for rows that are there only now.
    assert {name: (few[name], n) for name, n in many.items() if n > few[name] + 1} == {}
    assert max(many.values()) <= MOST_QUERIES
    assert grown >= 12, "the lists did grow"


def queries(client: Client, path: str) -> int:
    client.get(path)  # what is remembered from the first time is not counted
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(path)
    return len(asked)


def test_hostile_names__on_every_page__are_escaped(
    studio: Client, workspace: Workspace, send: Callable[..., Any]
) -> None:
    from campaigns.models import Campaign, Variant
    from marketing.experiments.models import Experiment
    from marketing.workspace.models import JobRun
    from segments.models import Segment
    from tests.studio.addresses import every

    attack(send)
    for model in (Campaign, Experiment, Segment, Variant):
        model.objects.update(name=ATTACK, name_zh=ATTACK)
    JobRun.objects.update(summary=ATTACK)
    workspace.name = ATTACK
    workspace.save()
    for address in every():
        page = studio.get(address.path).content.decode()
        assert not [raw for raw in RAW if raw in page], address.name
    assert "&lt;img src=x" in studio.get(_hostile_person()).content.decode()


def attack(send: Callable[..., Any]) -> None:
    """A person whose id, attribute, event and property are all meant to be run."""
    from tests.campaigns.stage import NOW
    from tests.messages import identify, track

    send(
        identify(ATTACK, NOW, **{ATTACK: ATTACK, "region": ATTACK}),
        track(ATTACK, ATTACK, NOW, **{ATTACK: ATTACK}),
        {"type": ATTACK, "messageId": ATTACK, "userId": ATTACK},
    )


def _hostile_person() -> str:
    from django.urls import reverse

    from marketing.people.models import Person

    person = Person.objects.get(key__contains="onerror")
    return reverse("admin:people_person_change", args=[person.pk])


def test_variant__without_what_its_action_needs__is_sent_back_with_the_field_named(
    studio: Client,
) -> None:
    from django.urls import reverse

    from campaigns.models import Campaign
    from tests.campaigns.stage import everybody

    rows = {"variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "0"}
    coupon = {"name": "a", "key": "a", "weight": "1", "action": "issue_coupon"}
    given = {
        "name": "New", "key": "new", "occasion": "schedule", "repeat_days": "0",
        "holdout_percent": "10", "cooldown_days": "0", "goal_event": "Course Enrolled",
        "goal_days": "14", "offset_days": "0", "layer_percent": "100", "allocation": "fixed",
        "method": "looks",
        "audience": json.dumps(everybody()),
        **rows, **{f"variants-0-{name}": v for name, v in coupon.items()},
    }  # fmt: skip
    answer = studio.post(reverse("admin:campaigns_campaign_add"), given)
    assert answer.status_code == 200
    assert "This action needs it." in answer.content.decode()
    given["variants-0-p_value_cents"] = "1000"
    given["variants-0-p_valid_days"] = "14"
    assert studio.post(reverse("admin:campaigns_campaign_add"), given).status_code == 302
    variant = Campaign.objects.get(key="new").variants.get()
    assert variant.parameters == {"value_cents": 1000, "valid_days": 14}
