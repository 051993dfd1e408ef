"""The form around the builder: what it is given, what it keeps, what it sends back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.studio.rule_stage import CITY, PICTURE, RISK, Document, document, fill, of

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace
    from segments.models import Segment

BACKEND = "django.contrib.auth.backends.ModelBackend"
ADD = "/admin/segments/segment/add/"
SCRIPT = "/static/studio/rules.js"


@pytest.fixture
def root(workspace: Workspace, send: Callable[..., Any], client: Client) -> Client:
    from django.contrib.auth.models import User

    fill(workspace, send)
    user = User.objects.create_superuser("root", password="long, for the suite")
    client.force_login(user, backend=BACKEND)
    return client


def sent(condition: object, **more: str) -> dict[str, str]:
    text = condition if isinstance(condition, str) else json.dumps(condition)
    return {"name": "Drifting", "name_zh": "流失中", "key": "drifting", "family": "custom",
            "active": "on", "condition": text, **more}  # fmt: skip


def embedded(page: str, name: str) -> Any:
    found = re.search(
        rf'<script id="id_condition-{name}" type="application/json">(.*?)</script>', page, re.S
    )
    assert found
    return json.loads(found[1])


def textarea(page: str) -> str:
    from html import unescape

    found = re.search(r'<textarea name="condition".*?>(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1]).strip()


def stored(**more: Any) -> Segment:
    from segments.models import Segment

    return Segment.objects.create(**{"key": "drifting", "name": "Drifting", **more})


def path(segment: Segment) -> str:
    return f"/admin/segments/segment/{segment.pk}/change/"


def test_form__when_opened__then_the_builder_stands_on_a_textarea(root: Client) -> None:
    page = root.get(ADD).content.decode()
    assert '<zx-rules for="id_condition"' in page and SCRIPT in page
    (area,) = re.findall(r'<textarea name="condition"[^>]*>', page)
    assert "hidden" not in area and "readonly" not in area, "without scripts it is what one edits"
    assert json.loads(textarea(page)) == document()
    assert embedded(page, "condition") == document()
    assert len(embedded(page, "vocabulary")["criteria"]) >= 8


def test_script__of_the_builder__is_loaded_where_it_is_needed_only(root: Client) -> None:
    for where in ("/admin/", "/admin/segments/segment/", "/admin/campaigns/campaign/"):
        assert SCRIPT not in root.get(where).content.decode()


def test_condition__when_sent__then_it_is_stored_and_shown_again(root: Client) -> None:
    from segments.models import Segment

    assert root.post(ADD, sent(PICTURE)).status_code == 302
    segment = Segment.objects.get(key="drifting")
    assert segment.condition == PICTURE
    page = root.get(path(segment)).content.decode()
    assert json.loads(textarea(page)) == PICTURE, "what is not edited is not rewritten"
    first = embedded(page, "condition")["condition"]["all"][0]
    assert first["function"] == "count" and first["window"]["days"] == 90, "spelt out"
    assert 'key="drifting"' in page


def test_condition__when_it_is_wrong__then_it_comes_back_as_it_was_with_every_mistake(
    root: Client,
) -> None:
    wrong = document({**RISK, "value": None}, {**CITY, "value": []})
    answer = root.post(ADD, sent(wrong))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert json.loads(textarea(page)) == wrong == embedded(page, "condition")
    assert "Give a number." in page and "Give at least one value." in page
    assert 'value="Drifting"' in page


def test_condition__that_is_no_json__comes_back_in_the_textarea(root: Client) -> None:
    answer = root.post(ADD, sent('{"all":'))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert textarea(page) == '{"all":' and embedded(page, "condition") is None


def test_segments__that_would_refer_in_a_circle__are_refused(root: Client) -> None:
    inner = stored(condition=document(CITY))
    stored(key="outer", name="Outer", condition=document({"type": "segment", "name": "drifting"}))
    circle = document({"type": "segment", "name": "outer"})
    answer = root.post(path(inner), sent(circle))
    assert "in a circle: Drifting → Outer → Drifting" in answer.content.decode()
    inner.refresh_from_db()
    assert inner.condition == document(CITY)


def test_name__that_nobody_has_said_yet__may_be_stored(root: Client) -> None:
    later = document({"type": "attribute", "name": "shoe_size", "op": "gte", "value": 44})
    assert root.post(ADD, sent(later)).status_code == 302


def test_page__for_who_may_only_look__says_the_sentence_and_shows_no_json(root: Client) -> None:
    from django.contrib.auth.models import Permission, User

    user = User.objects.create_user("clerk", password="long, for the suite", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_segment"))
    segment = stored(condition=document(CITY))
    root.force_login(user, backend=BACKEND)
    page = root.get(path(segment)).content.decode()
    assert "city is one of" in page
    assert "zx-rules" not in page and "one_of" not in page


@pytest.mark.parametrize("condition", [{}, {"version": 9}, of({"x": 1})])
def test_segment__whose_stored_condition_does_not_parse__can_still_be_opened(
    root: Client, condition: Document
) -> None:
    segment = stored(condition=condition)
    page = root.get(path(segment)).content.decode()
    assert embedded(page, "condition") == condition
    assert root.get("/admin/segments/segment/").status_code == 200
    other = stored(key="other", name="Other", condition=document())
    assert root.get(path(other)).status_code == 200


def test_vocabulary__with_hostile_names__cannot_leave_its_script(
    root: Client, workspace: Workspace, send: Callable[..., Any]
) -> None:
    from marketing.events.learning import learn
    from tests.campaigns.stage import NOW
    from tests.messages import track

    attack = "</script><img src=x onerror=alert(1)>"
    send(track("p", attack, NOW, **{attack: attack}))
    learn(workspace, NOW)
    page = root.get(ADD).content.decode()
    assert "<img src=x" not in page
    assert attack in [each["name"] for each in embedded(page, "vocabulary")["choices"]["event"]]
