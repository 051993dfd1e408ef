"""Snapshots, lists and discoveries through their pages, as an operator walks them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.studio.test_insight_pages import html

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def operator(workspace: Workspace, send: Callable[..., Any], client: Client) -> Client:
    """The town of three kinds of people, and a superuser who is signed in."""
    from django.contrib.auth.models import User

    from segments import services
    from tests.segments import town

    workspace.frozen_at = town.NOW
    workspace.save()
    town.fill(workspace, send)
    town.segment_of("rich")
    services.follow(town.NOW)
    user = User.objects.create_superuser("operator", password="long, for the suite")
    client.force_login(user, backend=BACKEND)
    return client


def segment_page(key: str) -> str:
    from segments.models import Segment

    return reverse("admin:segments_segment_change", args=[Segment.objects.get(key=key).pk])


def asking(task: str) -> str:
    return reverse("admin:segments_learning_ask", args=[task])


def ask(operator: Client, task: str, **given: Any) -> str:
    """The address of the page that waits."""
    from tests.segments.town import COLUMNS

    answer = operator.post(asking(task), {"columns": COLUMNS, "within": "", **given})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def work(workspace: Workspace) -> None:
    from tests.segments import town

    town.work(workspace)


def test_new_segment__when_opened__then_it_offers_every_way_to_one(operator: Client) -> None:
    from django.contrib.auth.models import User

    from marketing.studio.kinds.ways import ways

    offered = ways(User.objects.get(username="operator"))
    page = html(operator.get(reverse("admin:segments_segment_add")))
    assert all(f'href="{way.url}"' in page for way in offered)
    assert len(offered) == 6 and page.count('class="zx-way"') == 6
    assert {operator.get(way.url).status_code for way in offered} == {200}


def test_snapshot__when_made_of_a_segment__then_its_page_says_so_and_has_no_builder(
    operator: Client,
) -> None:
    form = reverse("admin:segments_segment_snapshot")
    assert '<option value="rich" selected>' in html(operator.get(f"{form}?of=rich"))
    answer = operator.post(form, {"of": "rich", "name": "", "name_zh": "", "key": "kept"})
    assert answer["Location"] == segment_page("kept")
    page = html(operator.get(answer["Location"]))
    assert "Was in “Rich” on 2024-06-12 15:30" in page and "zx-rules" not in page
    saved = operator.post(answer["Location"], {"name": "Then", "family": "custom", "active": "on"})
    assert saved.status_code == 302
    assert "Then" in html(operator.get(segment_page("kept")))


def test_list__when_a_file_is_given__then_a_worker_puts_its_people_on_it(
    operator: Client, workspace: Workspace
) -> None:
    file = SimpleUploadedFile("vip.csv", b"name,user_id\nA,keen-1\nB,keen-2\nC,ghost\n")
    form = reverse("admin:segments_segment_list")
    answer = operator.post(form, {"name": "VIP", "name_zh": "贵宾", "key": "", "file": file})
    assert answer["Location"] == segment_page("vip")
    page = html(operator.get(answer["Location"]))
    assert "zx-progress" in page and "vip.csv" in page
    state = reverse("admin:segments_segment_list_state", args=[number(answer["Location"])])
    assert "HX-Refresh" not in operator.get(state)
    work(workspace)
    assert operator.get(state)["HX-Refresh"] == "true"
    cells = re.findall(r'<td class="zx-num">(\d+)</td>', html(operator.get(answer["Location"])))
    assert cells == ["3", "1", "2", "0"]  # given, unknown, entered, left


def test_list__when_changed_on_its_page__then_people_are_taken_off(
    operator: Client, workspace: Workspace
) -> None:
    from segments import lists
    from tests.segments.town import NOW, members

    vip = lists.create("vip", lists.SAID)
    lists.replace(vip, ["keen-1", "keen-2"], NOW)
    address = reverse("admin:segments_segment_list_change", args=[vip.pk])
    operator.post(address, {"verb": "remove", "ids": "keen-1, keen-9"})
    work(workspace)
    assert len(members("vip")) == 1
    answer = operator.post(address, {"verb": "remove", "ids": " \n"}, follow=True)
    assert "Give at least one id, or a file." in html(answer)


@pytest.mark.parametrize(("given", "said"), [
    ({"ids": ""}, "Give at least one id, or a file."),
    ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00\x01")}, "This is no text in UTF-8."),
    ({"ids": "keen-1", "key": "rich"}, "Another segment has this key."),
])  # fmt: skip
def test_list__when_it_cannot_be_read__then_the_field_says_why_and_nothing_is_made(
    operator: Client, given: dict[str, Any], said: str
) -> None:
    from segments.models import Segment

    answer = operator.post(reverse("admin:segments_segment_list"), {"name": "A", **given})
    assert said in html(answer)
    assert Segment.objects.count() == 1


def test_groups__from_the_form_to_the_segments(operator: Client, workspace: Workspace) -> None:
    from segments.models import Learning, Segment

    address = ask(operator, "groups", method="kmeans", k="3", missing="median")
    row = Learning.objects.get()
    assert (row.asked_by, row.question["k"]) == ("operator", 3)
    state = reverse("admin:segments_learning_state", args=[row.pk])
    assert f'hx-get="{state}"' in html(operator.get(address))
    assert "Being learned" in html(operator.get(state))
    work(workspace)
    assert operator.get(state)["HX-Refresh"] == "true"
    page = html(operator.get(address))
    assert page.count("zx-portrait-said") == 3 and "zx-apart-bar" in page
    accept = reverse("admin:segments_learning_accept", args=[row.pk])
    answer = operator.post(accept, {
        "use": ["0", "1"], "name_0": "First", "name_zh_0": "甲", "name_1": "", "name_zh_1": "乙",
    })  # fmt: skip
    assert answer["Location"] == address
    made = {(each.name, each.name_zh, each.group) for each in row.segments.all()}
    assert made == {("First", "甲", 0), ("乙", "乙", 1)}
    assert Segment.objects.filter(kind="learned").count() == 2
    assert segment_page("first") in html(operator.get(address))


def test_groups__when_nothing_is_chosen__then_nothing_is_made(
    operator: Client, workspace: Workspace
) -> None:
    from segments.models import Learning, Segment

    ask(operator, "groups", method="kmeans", k="3", missing="median")
    work(workspace)
    accept = reverse("admin:segments_learning_accept", args=[Learning.objects.get().pk])
    answer = operator.post(accept, {"use": [], "name_0": "A"}, follow=True)
    assert "Choose at least one of the groups." in html(answer)
    assert not Segment.objects.filter(kind="learned").exists()


def test_rule__when_accepted__then_the_rule_builder_opens_with_it(
    operator: Client, workspace: Workspace
) -> None:
    from segments.models import Learning

    address = ask(operator, "rule", examples="segment:rich", value="", min_precision="50")
    work(workspace)
    assert "The rule" in html(operator.get(address))
    accept = reverse("admin:segments_learning_accept", args=[Learning.objects.get().pk])
    answer = operator.post(accept, {"name": "Spenders", "name_zh": ""})
    page = html(operator.get(answer["Location"]))
    assert "zx-rules" in page and "How it was learned" in page


def test_lookalike__from_the_form_to_the_segment(operator: Client, workspace: Workspace) -> None:
    from segments.models import Learning, Segment

    form = html(operator.get(f"{asking('lookalike')}?members=rich"))
    assert '<option value="rich" selected>' in form
    address = ask(operator, "lookalike", members="rich", size="40")
    work(workspace)
    assert "Nearly perfect" in html(operator.get(address))
    accept = reverse("admin:segments_learning_accept", args=[Learning.objects.get().pk])
    operator.post(accept, {"name": "Alike", "name_zh": ""})
    assert Segment.objects.get(key="alike").kind == "learned"


@pytest.mark.parametrize(("language", "said"), [
    ("en", "The segment has too few members to learn from."),
    ("zh-hans", "该分群成员太少，无法学习。"),
])  # fmt: skip
def test_refusal__in_either_language__says_what_is_missing(
    operator: Client, workspace: Workspace, language: str, said: str
) -> None:
    from segments import lists
    from tests.segments.town import NOW

    lists.replace(lists.create("few", lists.SAID), ["keen-1"], NOW)
    address = ask(operator, "lookalike", members="few", size="40")
    work(workspace)
    operator.cookies["django_language"] = language
    assert said in html(operator.get(address))


def test_refusals__for_every_code__have_words() -> None:
    """Every code that the pure part refuses with is one that the studio has words for."""
    from pathlib import Path

    from django.conf import settings

    from marketing.studio.kinds.refusals import REFUSALS

    sources = (Path(settings.BASE_DIR) / "segments/learning").rglob("*.py")
    codes = {code for each in sources for code in re.findall(r'code="(\w+)"', each.read_text())}
    # What only a programmer can cause.
    inside = {"bad_points", "bad_labels", "bad_examples", "not_a_matrix", "not_finite",
              "learned_damaged"}  # fmt: skip
    assert codes - inside <= set(REFUSALS)


def test_question__when_no_column_is_chosen__then_the_form_says_so(operator: Client) -> None:
    given = {"within": "", "method": "auto", "k": "", "missing": "median"}
    page = html(operator.post(asking("groups"), given))
    assert "Choose at least one column." in page


def test_question__when_asked_again__then_the_form_is_filled_as_it_was(operator: Client) -> None:
    from segments.models import Learning

    ask(operator, "rule", examples="segment:rich", value="", min_precision="70")
    page = html(operator.get(f"{asking('rule')}?from={Learning.objects.get().pk}"))
    assert 'value="70"' in page and '<option value="segment:rich" selected>' in page
    assert page.count(" checked") == 2
    operator.post(f"{asking('rule')}?again={Learning.objects.get().pk}", {
        "columns": "attribute:visits", "within": "", "examples": "segment:rich", "value": "",
        "min_precision": "60"})  # fmt: skip
    newest = Learning.objects.order_by("pk").last()
    assert newest is not None and newest.again_of is not None


def test_discoveries__for_who_may_only_look__offer_nothing_to_do(
    operator: Client, workspace: Workspace
) -> None:
    from django.contrib.auth.models import Permission, User

    from segments.models import Learning, Segment

    address = ask(operator, "groups", method="kmeans", k="3", missing="median")
    work(workspace)
    clerk = User.objects.create_user("clerk", password="long, for the suite", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["view_learning", "view_segment"])
    )
    operator.force_login(clerk, backend=BACKEND)
    page = html(operator.get(address))
    assert "zx-portrait" in page and 'name="use"' not in page and "Change the question" not in page
    row = Learning.objects.get()
    accept = reverse("admin:segments_learning_accept", args=[row.pk])
    snapshot = reverse("admin:segments_segment_snapshot")
    assert operator.get(asking("groups")).status_code == 403
    assert operator.post(accept, {"use": "0"}).status_code == 403
    assert operator.post(snapshot, {"of": "rich"}).status_code == 403
    assert Segment.objects.count() == 1


def test_segment__when_what_it_was_learned_from_is_gone__then_its_page_says_so_in_words(
    operator: Client, workspace: Workspace
) -> None:
    from segments import services
    from segments.discovery.assigning import GONE
    from segments.models import Learning, Segment
    from tests.segments.town import NOW

    ask(operator, "groups", method="kmeans", k="3", missing="median")
    work(workspace)
    row = Learning.objects.get()
    accept = reverse("admin:segments_learning_accept", args=[row.pk])
    operator.post(accept, {"use": ["0"], "name_0": "First"})
    services.follow(NOW)
    Segment.objects.filter(key="first").update(group=GONE)
    services.refresh_now(NOW)
    operator.cookies["django_language"] = "zh-hans"
    assert "重新学习时未再找到该群" in html(operator.get(segment_page("first")))
    Learning.objects.update(blob=None)
    Segment.objects.filter(key="first").update(group=0)
    services.refresh_now(NOW)
    assert "正在重新学习" in html(operator.get(segment_page("first")))


def test_waiting_page__when_nobody_works__then_it_says_so_after_a_while(operator: Client) -> None:
    from segments.models import Learning

    address = ask(operator, "groups", method="kmeans", k="3", missing="median")
    assert "No worker has taken it up" not in html(operator.get(address))
    Learning.objects.update(asked_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert "No worker has taken it up" in html(operator.get(address))


def number(path: str) -> int:
    found = re.search(r"/(\d+)/", path)
    assert found
    return int(found[1])
