"""The vocabulary: everything that the registries and the workspace know, and nothing by heart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from marketing import pipeline
from marketing.events.learning import learn
from marketing.events.standard import LABELS, PROMOTED, PROPERTY_LABELS, STANDARD
from tests.campaigns.stage import NOW
from tests.messages import identify, track
from tests.studio.new_criterion import dropped_in
from tests.studio.rule_stage import document, fill

if TYPE_CHECKING:
    from django.test import Client

    from marketing.studio.rules.types import Choice, OfferedCriterion, Vocabulary
    from marketing.workspace.models import Workspace

pytestmark = pytest.mark.django_db
SCRIPTS = Path(settings.BASE_DIR) / "frontend" / "src" / "rules"


def made(own_key: str | None = None, language: str = "en") -> Vocabulary:
    from marketing.studio.rules.vocabulary import vocabulary

    with translation.override(language):
        return vocabulary(own_key)


def choices(kind: str, own_key: str | None = None, language: str = "en") -> dict[str, Choice]:
    return {each.name: each for each in made(own_key, language).choices[kind]}


def criterion(name: str) -> OfferedCriterion:
    return next(each for each in made().criteria if each.type == name)


def test_criteria__of_the_registry__are_all_offered_once_under_a_button() -> None:
    from marketing.conditions.criteria import CRITERIA

    found = made()
    assert [each.type for each in found.criteria] == list(CRITERIA)
    offered = [name for family in found.families for name in family.criteria]
    assert sorted(offered) == sorted(CRITERIA)
    assert [each.name for each in found.families][:3] == ["behaviour", "learning", "attribute"]


def test_event__as_it_is_offered__asks_for_each_field_in_its_own_way() -> None:
    event = criterion("event")
    kinds = {field.name: (field.kind, field.required, field.many) for field in event.fields}
    assert kinds == {
        "function": ("function", False, False), "event": ("event", True, True),
        "property": ("property", False, False), "where": ("filters", False, True),
        "window": ("window", False, False),
    }  # fmt: skip
    assert (event.editor, event.compares, event.op) == ("event", "number", None)


def test_operators__as_they_are_offered__say_what_they_take_and_how_they_count() -> None:
    found = {each.name: each for each in made(language="zh-hans").operators}
    assert (found["gte"].label, found["gte"].times, found["gte"].takes) == (
        "至少为", "至少", "number",
    )  # fmt: skip
    assert found["between"].label == "介于…之间"
    assert found["contains"].on == ("text",) and found["contains"].times is None
    assert {each.name: each.label for each in made().operators}["is_known"] == "is known"


def test_filter_operators__as_they_are_offered__are_the_registry_s_that_filters_know() -> None:
    found = {each.name: each.takes for each in made().filter_operators}
    assert found == {
        "eq": "scalar", "not_eq": "scalar", "gt": "number", "gte": "number", "lt": "number",
        "lte": "number", "one_of": "list", "contains": "text",
    }  # fmt: skip


def test_functions__that_read_a_property__say_of_which_kinds() -> None:
    found = {each.name: each.kinds for each in made().functions}
    assert found["count"] == found["days_since"] == ()
    assert found["sum"] == ("number", "flag") and "text" in found["distinct"]
    assert not {"ratio", "sequence", "funnel_step"} & set(found), "they need more than an event"
    gives = {each.name: each.gives for each in made().functions}
    assert (gives["last"], gives["mode"], gives["distinct"]) == ("text", "text", "number")


@pytest.fixture
def waited(tmp_path: Path) -> Iterator[None]:
    with dropped_in(tmp_path):
        yield


def test_criterion__in_one_new_file__is_offered_with_an_input_for_each_field(waited: None) -> None:
    found = {field.name: field for field in criterion("waited").fields}
    assert {name: field.kind for name, field in found.items()} == {
        "segment": "segment", "unit": "option", "strict": "flag", "tags": "text",
        "steps": "items", "window": "window",
    }  # fmt: skip
    assert found["tags"].many and found["unit"].options == ("days", "weeks")
    assert [(each.name, each.kind) for each in found["steps"].fields] == [
        ("event", "event"), ("within_days", "number"),
    ]  # fmt: skip
    families = [each.name for each in made(language="zh-hans").families]
    assert families == [
        "behaviour", "learning", "attribute", "score", "segment", "reach", "waiting",
    ]  # fmt: skip


def test_events__in_the_catalogue__are_known_with_their_properties(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    at = NOW - timedelta(days=1)
    for i in range(6):
        send(track(f"p{i}", "Viewed", at, page="home" if i else "about", seconds=i, paid=i > 2,
                   nested={"a": 1}, mixed=i if i else "none", nothing=None))  # fmt: skip
    send(track("p0", "Bought", at, long="x" * 200), identify("p0", at, city="Paris"))
    learn(workspace, NOW)
    known = choices("event")
    own = [name for name in known if name not in LABELS]
    assert own == ["Viewed", "Bought"], "the commonest first"
    properties = {each.name: (each.kind, each.values) for each in known["Viewed"].properties}
    assert properties == {
        "page": ("text", ("home", "about")), "seconds": ("number", ()), "paid": ("flag", ()),
        "mixed": ("text", ("none",)),
    }  # fmt: skip
    assert [each.values for each in known["Bought"].properties] == [()]
    assert known["Viewed"].seen and not known["Lesson Completed"].seen
    assert "$identify" not in known


def test_events__that_are_standard__stand_first_by_their_names_and_with_their_properties(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    track_at = NOW - timedelta(days=1)
    send(track("p", "Viewed", track_at), track("p", "Viewed", track_at))
    send(track("p", "Order Completed", track_at, price_cents="9900", gift=True))
    learn(workspace, NOW)
    known = choices("event", language="zh-hans")
    assert next(iter(known)) == "Order Completed", "seen, and standard"
    assert list(known)[-1] == "Viewed" and set(LABELS) < set(known)
    assert known["Order Completed"].label == "完成订单" and known["Viewed"].label == "Viewed"
    properties = {each.name: each for each in known["Order Completed"].properties}
    assert list(properties)[:4] == ["order_id", "content", "category", "price_cents"]
    assert list(properties)[-1] == "gift" and properties["gift"].kind == "flag"
    assert (properties["price_cents"].label, properties["price_cents"].kind) == (
        "价格（分）", "number",
    )  # fmt: skip
    assert "rating" in {each.name for each in known["Content Rated"].properties}


def test_properties__of_standard_events__have_names_in_both_languages() -> None:
    expected = {name for event in STANDARD for name in event.properties}
    assert expected | {each.name for each in PROMOTED} == set(PROPERTY_LABELS)


def test_attributes__by_what_they_look_like__are_read_as_dates_versions_sets_and_places() -> None:
    from marketing.studio.rules.looks import looks

    assert looks(["1996-02-29", "2024-06-12T08:00:00Z", "unknown"]) == ("date",)
    assert looks(["3.10.2", "v3.9"]) == ("version",) and looks(["3", "21"]) == ()
    assert looks(['["art","python"]', '["art"]']) == ("set",)
    assert looks(["CN-31-Pudong", "中国/上海"]) == ("region",)
    assert looks(["Shanghai", "上海", "", "-"]) == looks([]) == ()
    assert looks(["1996-02-29"] + [f"a{i}" for i in range(10)]) == (), "one of eleven is chance"


def test_looks__that_operators_read__are_all_told_from_others() -> None:
    from marketing.conditions.operators import OPERATORS
    from marketing.studio.rules.looks import LOOKS

    assert {OPERATORS.get(name).reads for name in OPERATORS} == {"", *LOOKS}


def test_attribute__of_sets__suggests_their_members(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    fill(workspace, send)
    send(identify("ann", NOW, interests=["python", "art"], born="1996-02-29"))
    pipeline.refresh(workspace, NOW)
    known = choices("attribute")
    assert known["interests"].values == ("art", "python")
    assert known["interests"].reads == ("set",)
    assert known["born"].reads == ("date",) and known["city"].reads == ()


def test_labels_and_subscriptions__are_offered_with_what_they_can_be(workspace: Workspace) -> None:
    from marketing.conditions.criteria.subscription import STATES
    from marketing.people.labels import give
    from marketing.people.models import Label, LabelGiven, Person
    from marketing.people.subscriptions import State

    person = Person.objects.create(created_at=NOW)
    label = Label.objects.create(key="interests", name="Interests", name_zh="兴趣")
    Label.objects.create(key="vip", name="VIP")
    for value in ("python", "art"):
        give(label, [person.pk], NOW, source=LabelGiven.Source.MANUAL, given_by="me", value=value)
    found = choices("label", language="zh-hans")
    assert found["interests"].label == "兴趣" and set(found["interests"].values) == {
        "python", "art",
    }  # fmt: skip
    assert found["vip"].label == "VIP" and found["vip"].values == ()
    fields = choices("subscription", language="zh-hans")
    assert set(STATES) == set(State) == set(fields["state"].labels) == set(fields["state"].values)
    assert fields["state"].labels["grace"] == "宽限期" and fields["state"].kind == "text"
    assert fields["days_to_renewal"].kind == "number" and fields["plan"].labels == {}


def test_contents__among_very_many__are_listed_to_a_bound_and_found_by_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.models import User

    from marketing.catalog.models import Concept, Content
    from marketing.studio.rules import catalogue
    from marketing.studio.rules.vocabulary import vocabulary

    monkeypatch.setattr(catalogue, "_LISTED", 3)
    Content.objects.bulk_create(
        Content(external_id=f"c{i}", title=f"Course {i}", published=i != 8) for i in range(9)
    )
    Concept.objects.create(name="函数")
    listed = {
        each.name: each.label for each in vocabulary(None, frozenset({"c8"})).choices["content"]
    }
    assert listed == {"c8": "Course 8", "c0": "Course 0", "c1": "Course 1", "c2": "Course 2"}
    url = "/admin/segments/segment/names/"
    assert client.get(url, {"kind": "content", "text": "7"}).status_code == 302
    user = User.objects.create_superuser("root", password="long, for the suite")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def names(kind: str, text: str) -> list[str]:
        return [each["name"] for each in client.get(url, {"kind": kind, "text": text}).json()]

    assert names("content", "course 7") == ["c7"] == names("content", "C7")
    assert names("content", "8") == [], "not published"
    assert names("concept", "函") == ["函数"]
    assert names("content", "") == names("attribute", "a") == names("?", "a") == []


def test_events__of_the_catalogue__are_all_known_by_a_look_that_is_bounded(
    workspace: Workspace, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketing.studio.rules import known_events

    names = ["First"] * 30 + ["Common"] * 400 + ["Last"] * 10
    send(*[track("p", name, NOW - timedelta(hours=1), place=f"{name} {i > 430}")
           for i, name in enumerate(names)])  # fmt: skip
    learn(workspace, NOW)
    monkeypatch.setattr(known_events, "_NEWEST", 20)
    with CaptureQueriesContext(connection) as asked:
        found = known_events.known_events()
    assert [each.name for each in found] == ["Common", "First", "Last"]
    values = {each.name: each.properties[0].values for each in found}
    assert values == {"Common": ("Common False",), "First": (), "Last": ("Last True", "Last False")}
    assert len(asked) == 3
    with CaptureQueriesContext(connection) as again:
        known_events.known_events()
    assert len(again) == 0


def test_attributes__of_the_personas__have_their_kinds_and_commonest_values(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    fill(workspace, send)
    known = choices("attribute", language="zh-hans")
    assert {name: known[name].kind for name in ("city", "age", "vip")} == {
        "city": "text", "age": "number", "vip": "flag",
    }  # fmt: skip
    assert set(known["city"].values[:2]) == {"Shanghai", "Hangzhou"}
    assert known["inbox_consent"].label == "站内信授权"


def test_names__that_the_workspace_knows__are_labelled_in_its_language(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    from segments.models import Segment

    fill(workspace, send)
    Segment.objects.create(key="mine", name="Mine", name_zh="我的", condition=document())
    Segment.objects.create(key="other", name="Other", name_zh="别的", condition=document())
    Segment.objects.create(key="off", name="Off", condition=document(), active=False)
    found = {kind: {n: c.label for n, c in choices(kind, "mine", "zh-hans").items()}
             for kind in ("segment", "score", "trait", "channel")}  # fmt: skip
    assert found["segment"] == {"other": "别的"}, "neither itself nor what is not refreshed"
    assert found["score"]["churn"] == "流失风险分"
    assert found["trait"]["bought"] == "购买次数"
    assert not [name for name in found["trait"] if "|" in name]
    assert found["channel"] == {"inbox": "站内信", "push": "推送"}


def test_vocabulary__before_the_first_refresh__offers_what_is_known_so_far(
    workspace: Workspace, send: Callable[..., Any]
) -> None:
    send(track("p", "Viewed", NOW))
    learn(workspace, NOW)
    found = made()
    assert found.choices["score"] == () and len(found.choices["trait"]) > 10
    seen = [each.name for each in found.choices["event"] if each.seen]
    assert seen == ["Viewed"]


def test_operands__that_operators_take__are_all_known_to_the_scripts() -> None:
    (takes,) = re.findall(r"type Takes = (.*);", (SCRIPTS / "types.ts").read_text())
    assert set(re.findall(r'"(\w+)"', takes)) == {each.takes for each in made().operators}


def test_words__that_the_scripts_ask_for__are_all_given_and_no_more() -> None:
    scripts = "\n".join(path.read_text() for path in SCRIPTS.rglob("*.ts"))
    given = set(made().words)
    assert set(re.findall(r'\bw\("(\w+)"', scripts)) - given == set()
    prefixes = tuple(re.findall(r"\bw\(`(\w+_)\$", scripts))  # w(`window_${mode}`)
    unsaid = {key for key in given if f'"{key}"' not in scripts and not key.startswith(prefixes)}
    assert unsaid == set()


def test_words__in_chinese__are_other_words_with_the_same_places() -> None:
    from marketing.studio.rules.words import words

    with translation.override("en"):
        english = words()
    with translation.override("zh-hans"):
        chinese = words()
    holes = re.compile(r"{(\w+)}")
    for key, said in english.items():
        assert sorted(holes.findall(said)) == sorted(holes.findall(chinese[key])), key
        assert re.search(r"[\u4e00-\u9fff]", chinese[key]), key


def test_rules__when_the_web_process_loads_them__then_nothing_heavy_comes_along(
    tmp_path: Path,
) -> None:
    from tests.architecture.house import ROOT, run

    program = tmp_path / "load.py"
    program.write_text(
        "import django; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "from marketing.studio.rules import endpoint, form, vocabulary\n"
        "import sys; sys.stdout.write(' '.join({m.partition('.')[0] for m in sys.modules}))\n"
    )
    loaded = set(run(program, ROOT, tmp_path / "home").split())
    heavy = {"torch", "sklearn", "lightgbm", "ibis", "duckdb", "pyarrow", "deltalake"}
    assert "numpy" in loaded and not heavy & loaded
